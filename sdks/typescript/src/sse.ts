import { Conv3nApiError } from './errors.ts';

/** One server-sent event as it stood on the wire. */
export interface ServerSentEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

/** Takes text in any pieces and gives the events completed by it. */
export interface SseParser {
  /** @throws Conv3nApiError `event_too_large` */
  push(text: string): readonly ServerSentEvent[];
  /** Milliseconds the server asks to wait before coming back, once it did. */
  readonly retryMs: number | undefined;
}

/** An incremental parser of `text/event-stream` (WHATWG HTML). It holds at most `maxEventLength` characters of one event. */
export function sseParser(maxEventLength = 16_777_216): SseParser {
  let rest = '';
  let event = '';
  let data: string[] = [];
  let length = 0;
  let lastId: string | undefined;
  let retryMs: number | undefined;
  let afterReturn = false;
  let atStart = true;

  const tooLarge = () =>
    new Conv3nApiError({
      code: 'event_too_large',
      message: `An event is larger than ${maxEventLength} characters.`,
      status: 0,
      retryable: false,
    });
  const line = (text: string): ServerSentEvent | undefined => {
    if (text === '') {
      const complete = data.length > 0 ? { event: event || 'message', id: lastId, data: data.join('\n') } : undefined;
      event = '';
      data = [];
      length = 0;
      return complete;
    }
    const colon = text.indexOf(':');
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'data') {
      length += value.length + 1;
      if (length > maxEventLength) throw tooLarge();
      data.push(value);
    } else if (name === 'event') event = value;
    else if (name === 'id' && !value.includes('\0')) lastId = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) retryMs = Number(value);
    return undefined;
  };
  return {
    push(text) {
      const events: ServerSentEvent[] = [];
      let start = 0;
      if (atStart && text.length > 0) {
        atStart = false;
        if (text.startsWith('\uFEFF')) start = 1;
      }
      for (let index = start; index < text.length; index += 1) {
        const character = text[index];
        if (character !== '\n' && character !== '\r') {
          afterReturn = false;
          continue;
        }
        const isSecondHalf = character === '\n' && afterReturn;
        afterReturn = character === '\r';
        if (!isSecondHalf) {
          const complete = line(rest + text.slice(start, index));
          rest = '';
          if (complete) events.push(complete);
        }
        start = index + 1;
      }
      rest += text.slice(start);
      if (rest.length > maxEventLength) throw tooLarge();
      return events;
    },
    get retryMs() {
      return retryMs;
    },
  };
}
