import { callRecording } from '../../media/recording/call-recording.js'
import type { CallRecord } from '../../model/record.js'
import type { RecordSettings } from '../../model/scenario.js'
import type { RunFolder } from '../../report/result-file.js'

const folderName = 'recordings'

/** Writes what was heard in calls that are kept as samples; a call is written once. */
export class Recordings {
  readonly #settings: RecordSettings
  readonly #folder: RunFolder
  readonly #written = new Map<number, string | null>()

  constructor(settings: RecordSettings, folder: RunFolder) {
    this.#settings = settings
    this.#folder = folder
  }

  /** The file of a call's recording within the folder of the run; null when there is nothing to hear. */
  fileOf(record: CallRecord): string | null {
    if (this.#settings.calls === 'failed' && record.asMeant) return null
    const known = this.#written.get(record.number)
    if (known !== undefined) return known
    const file = this.#write(record)
    this.#written.set(record.number, file)
    return file
  }

  #write(record: CallRecord): string | null {
    const legs = record.legs.map((leg) => leg.streams.flatMap((stream) => stream.recorded ?? []))
    const wav = callRecording(legs)
    if (!wav) return null
    const file = `${folderName}/call-${record.number}.wav`
    this.#folder.writeFile(file, wav)
    return file
  }
}
