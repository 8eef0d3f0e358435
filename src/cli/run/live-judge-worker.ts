import { parentPort, workerData } from 'node:worker_threads'
import { profiles } from '../../conformance/profile.js'
import { TrafficJudge } from '../../conformance/traffic-judge.js'
import { type FromJudge, type JudgeSettings, readBatch, type ToJudge } from './judge-messages.js'

/** The thread in which the traffic of a run is judged, so that its load does not wait for that. */
const { profile } = workerData as JudgeSettings
const known = profiles[profile]
if (parentPort === null || known === undefined) throw new Error(`no judge by the profile ${profile}`)
const port = parentPort
const judge = new TrafficJudge(known)
const say = (message: FromJudge): void => port.postMessage(message)

port.on('message', (message: ToJudge) => {
  if (message.kind === 'end') {
    say({ kind: 'judged', judged: judge.end() })
    port.close()
    return
  }
  readBatch(message.bytes, message.used, (atMs, bytes, clearTls) => judge.packet(atMs, bytes, clearTls))
  if (message.missed > 0) judge.missed(message.missed)
  say({ kind: 'taken', bytes: message.used })
})
