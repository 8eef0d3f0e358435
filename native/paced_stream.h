// What one stream sends, packet by packet (RFC 3550 5.1). It knows neither sockets nor threads.
#pragma once

#include <cstdint>
#include <memory>

#include "event_sender.h"
#include "pacing_wheel.h"
#include "payload_track.h"

/** What JavaScript decides, and takes back when it goes on itself. */
struct PacedSettings {
  uint32_t ssrc = 0;
  uint8_t payloadType = 0;
  /** Below zero: no DTMF. */
  int16_t eventPayloadType = -1;
  /** Of the next packet. */
  uint16_t sequence = 0;
  bool marker = true;
  /** A timestamp and the tick it stands for; it follows the schedule through pauses and skipped frames. */
  uint32_t timestamp = 0;
  int64_t timestampTick = 0;
  uint32_t unitsPerMs = 8;
  /** Nothing is sent before it. */
  int64_t startTick = 0;
};

class PacedStream : public PacedEntry {
 public:
  /** More than any packet of audio needs, and as much room as there has to be for one. */
  static constexpr size_t kPacketBytes = 1984;
  static constexpr size_t kHeaderBytes = 12;

  enum class Frame { kNone, kAudio, kEvent };

  PacedSettings settings;
  EventSender events;

  /** Loops over `track` from now on; a mark in progress was of the track before. */
  void useTrack(std::shared_ptr<const PayloadTrack> track, size_t firstFrame);
  /** Plays `mark` in place of the loop when exactly this tick is due, and never when another one comes first. */
  void useMark(std::unique_ptr<PayloadTrack> mark, int64_t startTick);
  /** Whether a mark waits or is in progress. */
  bool hasMark() const { return mark_ != nullptr; }
  uint32_t marksSent() const { return marksSent_; }

  /** Asks for what `write` needs beside the stream itself. */
  void prepare() const { track_->prepare(place_); }
  /** Writes the packet of this tick and tells its length; kNone where there is nothing to send. */
  Frame write(int64_t tick, uint8_t* packet, size_t* length);
  /** This tick passes without a packet: it was missed by too much. */
  void skip(int64_t tick);

 private:
  const PayloadTrack* payloadAt(int64_t tick, size_t* index);
  void skipPayload();
  void writeHeader(uint8_t* packet, uint8_t payloadType, bool marker, uint32_t timestamp);

  std::shared_ptr<const PayloadTrack> track_;
  size_t place_ = 0;
  std::unique_ptr<PayloadTrack> mark_;
  int64_t markTick_ = 0;
  /** Payloads of the mark that were sent. */
  size_t markPlace_ = 0;
  uint32_t marksSent_ = 0;
};
