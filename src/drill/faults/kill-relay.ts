import * as z from 'zod'
import { choice, mapping, text } from '../../scenario/fields.js'
import { defineFault } from '../fault.js'
import { checkInstance, onInstance } from '../gateway-fault.js'

export const killRelay = defineFault({
  word: 'kill relay',
  help: 'stops the media relay of an embedded gateway while its signalling goes on; new calls are answered 500 meanwhile',
  settings: z
    .union(
      [
        text,
        mapping({
          of: text.describe('which gateway'),
          calls: choice(['kept', 'lost'])
            .optional()
            .describe('whether the relay still knows the calls in progress when it is back; kept when left out'),
        }),
      ],
      { error: 'expected the name of a gateway such as gateway-1' },
    )
    .transform((value) => ({ calls: 'kept' as const, ...(typeof value === 'string' ? { of: value } : value) })),
  example: '- { at: 30s, for: 1500ms, kill relay: gateway-1 }',
  subjects: ({ of }) => [`${of}/relay`],
  target: ({ of }) => of,
  check: ({ of }, place) => checkInstance(of, place),
  async prepare({ of, calls = 'kept' }, scene) {
    const instance = scene.instance(of)
    return onInstance({
      does: `stop the media relay of ${of}; calls in progress are ${calls}`,
      undoes: `start the media relay of ${of}`,
      make: () => instance.relay(false, calls),
      undo: () => instance.relay(true, calls),
    })
  },
})
