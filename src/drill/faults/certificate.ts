import { text } from '../../scenario/fields.js'
import { defineFault } from '../fault.js'
import { checkInstance, onInstance } from '../gateway-fault.js'

export const certificate = defineFault({
  word: 'expire certificate',
  help: 'lets an embedded gateway show a certificate that expired an hour ago to who connects over TLS or WSS; connections that are up stay up',
  settings: text,
  example: '- { at: 30s, for: 10s, expire certificate: gateway-1 }',
  subjects: (name) => [`${name}/certificate`],
  target: (name) => name,
  check: checkInstance,
  async prepare(name, scene) {
    const instance = scene.instance(name)
    const [expired, valid] = await Promise.all([instance.issue('expired'), instance.issue('valid')])
    return onInstance({
      does: `let ${name} show an expired certificate`,
      undoes: `let ${name} show a valid certificate`,
      make: () => instance.show(expired),
      undo: () => instance.show(valid),
    })
  },
})
