import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRows } from './csv-rows';

const HEADER = 'when,request_id,note\r\n';
const ROWS = [
  'a,req_1,plain\r\n',
  'b,req_2,"two\r\nlines, and a ""quote"""\r\n',
  '"x,y",req_3,\r\n',
  'd,req_4,"ends with ""\r\n"\r\n',
];
const bytes = (text: string) => new TextEncoder().encode(text);

test('however it is cut, only whole rows come out, and the last of them is named', () => {
  const all = bytes(HEADER + ROWS.join(''));
  fc.assert(
    fc.property(fc.array(fc.nat(all.length), { maxLength: 12 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), all.length];
      const assemble = csvRows('request_id').begin();
      let said = '';
      for (let i = 1; i < places.length; i++) {
        const { text, last } = assemble.take(all.subarray(places[i - 1], places[i]));
        said += text;
        const whole = ROWS.findLastIndex((_, n) => said === HEADER + ROWS.slice(0, n + 1).join(''));
        if (text !== '')
          expect([whole >= 0 || said === HEADER, last]).toEqual([true, whole < 0 ? null : `req_${whole + 1}`]);
      }
      expect([said, assemble.isWhole()]).toEqual([HEADER + ROWS.join(''), true]);
    }),
  );
});

test('an answer that breaks off anywhere is gone on with, and what is written is whole', () => {
  const all = bytes(HEADER + ROWS.join(''));
  for (let cut = 0; cut <= all.length; cut++) {
    const rows = csvRows('request_id');
    const first = rows.begin().take(all.subarray(0, cut));
    const behind = first.last === null ? 0 : Number(first.last.slice(4));
    const answer = behind === 0 ? HEADER + ROWS.join('') : ROWS.slice(behind).join('');
    const second = answer === '' ? { text: '' } : rows.begin().take(bytes(answer));
    expect([cut, first.text + second.text]).toEqual([cut, HEADER + ROWS.join('')]);
  }
});
