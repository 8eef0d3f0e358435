import { choice, mapping, oneOrMany, text } from '../../scenario/fields.js'
import { parseRecord, type ZoneRecord, type ZoneState } from '../dns/zone.js'
import { defineFault } from '../fault.js'

const states = ['no such name', 'failure', 'silence'] as const

export const dns = defineFault({
  word: 'dns',
  help: "changes what siploadgen's own DNS server answers, which agents ask where the scenario has `dns: serve`",
  settings: mapping({
    answers: choice(states).optional().describe('to every question: NXDOMAIN, SERVFAIL or nothing at all'),
    records: oneOrMany(text, 'expected a record or a list of them')
      .optional()
      .describe('what stands in place of all records, written as under `dns: serve`'),
  }),
  example: '- { at: 30s, for: 10s, dns: { records: [gw.test A 10.0.0.6] } }',
  subjects: () => ['dns'],
  check({ answers, records }, place) {
    if (!place.ownDns) place.problem('agents do not ask our DNS server: give the scenario dns: { serve: [...] }')
    if ((answers === undefined) === (records === undefined)) place.problem('say either answers or records')
    for (const line of records ?? []) {
      const record = parseRecord(line)
      if (typeof record === 'string') place.problem(record, 'records')
    }
  },
  async prepare({ answers, records = [] }, scene) {
    const server = scene.dns
    if (!server) throw new Error('a scenario that changes DNS answers has a DNS server')
    const state: ZoneState = answers ?? 'as written'
    const read = records.map(parseRecord).filter((record): record is ZoneRecord => typeof record !== 'string')
    const change = async (to: ZoneState, of?: readonly ZoneRecord[]): Promise<undefined> => {
      server.zone.change(to, of)
      return undefined
    }
    return {
      does:
        answers === undefined
          ? `answer DNS questions by ${records.join('; ')}`
          : `answer DNS questions with ${answers}`,
      undoes: 'answer DNS questions as the scenario says',
      undos: [],
      inForce: 'made',
      undone: true,
      make: () => change(state, answers === undefined ? read : undefined),
      undo: () => change('as written'),
    }
  },
})
