import type { Phone } from '../agent/phone.js'
import type { Session } from '../agent/session.js'
import { formatAddress } from '../model/address.js'
import type { CallRecord } from '../model/record.js'

export function newRecord(
  number: number,
  flow: string,
  caller: Phone | undefined,
  callee: string | undefined,
  intendedMs: number,
): CallRecord {
  return {
    number,
    flow,
    caller: caller?.profile.group ?? '',
    callee,
    transport: caller?.profile.transport ?? 'udp',
    target: caller?.flow?.target.name,
    callId: '',
    intendedMs,
    inviteMs: undefined,
    provisionalMs: undefined,
    finalMs: undefined,
    answeredMs: undefined,
    byeSentMs: undefined,
    byeReceivedMs: undefined,
    byeAnsweredMs: undefined,
    endedMs: undefined,
    status: 0,
    outcome: 'interrupted',
    asMeant: false,
    reason: '',
    legs: [],
    ladder: [],
  }
}

/** A walk without a call step: a raw conversation or requests outside any call, judged by whether it went as meant. */
export function newExchange(
  number: number,
  flow: string,
  phone: Phone | undefined,
  intendedMs: number,
  startedMs: number,
): CallRecord {
  const record = newRecord(number, flow, phone, undefined, intendedMs)
  record.inviteMs = startedMs
  record.exchange = true
  return record
}

/** Copies what the caller's session knows of its moments. */
export function noteTimes(record: CallRecord, session: Session): void {
  const { times } = session
  record.callId = session.callId
  record.target = session.target || record.target
  record.status = session.status
  record.inviteMs = times.inviteMs
  record.provisionalMs = times.provisionalMs
  record.finalMs = times.finalMs
  record.answeredMs = times.answeredMs
  record.byeSentMs = times.byeSentMs
  record.byeReceivedMs = times.byeReceivedMs
  record.byeAnsweredMs = times.byeAnsweredMs
}

export function noteLeg(record: CallRecord, session: Session): void {
  const { profile } = session.phone
  const channel = session.channel
  record.legs.push({
    agent: session.phone.name,
    group: profile.group,
    role: session.role,
    transport: profile.transport,
    local: channel ? formatAddress(channel.local) : '',
    remote: session.remoteText,
    callId: session.callId,
    localSdp: session.media.localSdp,
    remoteSdp: session.media.remoteSdp,
    streams: [...session.media.reports()],
  })
}
