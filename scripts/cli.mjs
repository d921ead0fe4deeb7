#!/usr/bin/env node
import { enter } from './bootstrap.mjs';

await enter('cli');
