'use client';

import { useEffect, useRef, useState } from 'react';
import { api } from '@/components/live/api';
import { askVersions } from './ask-versions';
import { type Asking, beginAsking, hear } from './asking';

/** Asks versions call after call; what has been heard is there at once, and each new question ends the one before it. */
export function useAsking() {
  const [asking, setAsking] = useState<Asking | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const go = async (from: Asking, versions: readonly string[]) => {
    running.current?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    running.current = controller;
    let state: Asking = { ...from, phase: 'asking', error: null };
    setAsking(state);
    try {
      const ask = async (items: Parameters<Parameters<typeof askVersions>[0]>[0]) =>
        (await api.evaluatePolicyBatch({ body: { items }, signal })).data;
      for await (const heard of askVersions(ask, from.question, versions)) {
        if (signal.aborted) return;
        state = hear(state, heard);
        setAsking(state);
        if (state.phase === 'overtaken') return;
      }
      setAsking({ ...state, phase: 'resting' });
    } catch (error) {
      if (!signal.aborted) setAsking({ ...state, phase: 'resting', error });
    }
  };

  return {
    asking,
    ask: (asked: Parameters<typeof beginAsking>[0], versions: readonly string[]) => go(beginAsking(asked), versions),
    /** Asks the same question of further versions. */
    askMore: async (versions: readonly string[]) => {
      if (asking !== null) await go(asking, versions);
    },
    /** What has been heard stays. */
    stop: () => {
      running.current?.abort();
      setAsking((now) => (now === null ? null : { ...now, phase: 'resting' }));
    },
  };
}
