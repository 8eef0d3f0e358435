import { choice, mapping, oneOrMany, text } from '../../scenario/fields.js'
import { recordsWithout } from '../dns/gateway-zone.js'
import { parseRecord, type ZoneRecord, type ZoneState } from '../dns/zone.js'
import { defineFault } from '../fault.js'
import { checkInstance } from '../gateway-fault.js'

const states = ['no such name', 'failure', 'silence'] as const

export const dns = defineFault({
  word: 'dns',
  help: "changes what siploadgen's own DNS server answers, which agents ask where the scenario has `dns: serve` or the gateway a domain",
  settings: mapping({
    answers: choice(states).optional().describe('to every question: NXDOMAIN, SERVFAIL or nothing at all'),
    records: oneOrMany(text, 'expected a record or a list of them')
      .optional()
      .describe('what stands in place of all records, written as under `dns: serve`'),
    without: text.optional().describe('the records of this embedded gateway are left out'),
  }),
  example: '- { at: 30s, for: 10s, dns: { records: [gw.test A 10.0.0.6] } }',
  subjects: () => ['dns'],
  target: ({ without }) => without,
  check({ answers, records, without }, place) {
    if (!place.ownDns) {
      place.problem(
        'agents do not ask our DNS server: give the scenario dns: { serve: [...] }, or the gateway a domain',
      )
    }
    if ([answers, records, without].filter((each) => each !== undefined).length !== 1) {
      place.problem('say one of answers, records and without')
    }
    if (without !== undefined) checkInstance(without, place, 'without')
    for (const line of records ?? []) {
      const record = parseRecord(line)
      if (typeof record === 'string') place.problem(record, 'records')
    }
  },
  async prepare({ answers, records = [], without }, scene) {
    const server = scene.dns
    if (!server) throw new Error('a scenario that changes DNS answers has a DNS server')
    const state: ZoneState = answers ?? 'as written'
    const given = records.map(parseRecord).filter((record): record is ZoneRecord => typeof record !== 'string')
    const read = without === undefined ? given : recordsWithout(server.zone.records, without)
    const said = answers ?? (without === undefined ? records.join('; ') : `all records but those of ${without}`)
    const change = async (to: ZoneState, of?: readonly ZoneRecord[]): Promise<undefined> => {
      server.zone.change(to, of)
      return undefined
    }
    return {
      does: `answer DNS questions with ${said}`,
      undoes: 'answer DNS questions as the scenario says',
      undos: [],
      inForce: 'made',
      undone: true,
      make: () => change(state, answers === undefined ? read : undefined),
      undo: () => change('as written'),
    }
  },
})
