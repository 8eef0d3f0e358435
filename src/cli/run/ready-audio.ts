import { SiploadgenError } from '../../base/errors.js'
import { readUdpPayloads } from '../../capture/read-udp-payloads.js'
import { encodedAudio, provideReplay } from '../../media/source/encoded-audio.js'
import { replayOf } from '../../media/source/replay.js'
import type { AgentGroup, AudioSource } from '../../model/scenario.js'

/** Reads and encodes what the groups will send, so that no call waits for it, and names what cannot be sent. */
export async function readyAudio(groups: readonly AgentGroup[]): Promise<void> {
  for (const group of groups) {
    if (group.media === 'none') continue
    for (const file of capturesOf(group.audio)) await readReplay(file)
    for (const codec of group.codecs) {
      const audio = encodedAudio(group.audio, codec, group.ptimeMs)
      if (audio.kind === 'encoded') continue
      throw new SiploadgenError('scenario/invalid', `group "${group.name}": ${audio.text}`, { place: group.source })
    }
  }
}

function capturesOf(source: AudioSource): string[] {
  if (source.kind === 'choice') return source.of.flatMap(capturesOf)
  return source.kind === 'capture' ? [source.file] : []
}

async function readReplay(file: string): Promise<void> {
  const { payloads, damage } = await readUdpPayloads(file)
  const replay = replayOf(payloads, file)
  const text = replay.kind === 'audio-failure' && damage !== undefined ? `${replay.text}: it ${damage}` : undefined
  provideReplay(file, text === undefined ? replay : { kind: 'audio-failure', text })
}
