import { text } from '../../scenario/fields.js'
import { defineFault } from '../fault.js'
import { checkInstance, onInstance } from '../gateway-fault.js'

export const killSignalling = defineFault({
  word: 'kill signalling',
  help: 'ends the SIP side of an embedded gateway: connections and registrations are lost, its media relay goes on; undone by listening again',
  settings: text,
  example: '- { at: 30s, for: 5s, kill signalling: gateway-1 }',
  subjects: (name) => [`${name}/signalling`],
  target: (name) => name,
  check: checkInstance,
  async prepare(name, scene) {
    const instance = scene.instance(name)
    return onInstance({
      does: `close every SIP socket of ${name}`,
      undoes: `let ${name} listen again`,
      make: () => instance.signalling(false),
      undo: () => instance.signalling(true),
    })
  },
})
