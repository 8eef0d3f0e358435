#include "paced_stream.h"

#include <utility>

namespace {

void write32(uint8_t* into, uint32_t value) {
  for (int i = 0; i < 4; i++) into[i] = static_cast<uint8_t>(value >> (24 - 8 * i));
}

}  // namespace

void PacedStream::useTrack(std::shared_ptr<const PayloadTrack> track, size_t firstFrame) {
  if (track == track_) return;
  track_ = std::move(track);
  place_ = firstFrame % track_->count();
  mark_ = nullptr;
}

void PacedStream::useMark(std::unique_ptr<PayloadTrack> mark, int64_t startTick) {
  mark_ = std::move(mark);
  markTick_ = startTick;
  markPlace_ = 0;
}

PacedStream::Frame PacedStream::write(int64_t tick, uint8_t* packet, size_t* length) {
  const auto passed = static_cast<uint32_t>(tick - settings.timestampTick);
  settings.timestamp += passed * settings.unitsPerMs;
  settings.timestampTick = tick;
  uint8_t* payload = packet + kHeaderBytes;
  const bool sendsEvents = settings.eventPayloadType >= 0;
  if (sendsEvents && events.next(settings.timestamp, periodMs, settings.unitsPerMs, payload)) {
    skipPayload();
    const auto type = static_cast<uint8_t>(settings.eventPayloadType);
    writeHeader(packet, type, events.marker(), events.timestamp());
    *length = kHeaderBytes + EventSender::kPayloadBytes;
    return Frame::kEvent;
  }
  size_t index;
  const PayloadTrack* from = payloadAt(tick, &index);
  const size_t bytes = from->length(index);
  const bool fits = bytes > 0 && bytes <= kPacketBytes - kHeaderBytes;
  if (fits) {
    from->copy(index, payload);
    writeHeader(packet, settings.payloadType, settings.marker, settings.timestamp);
    *length = kHeaderBytes + bytes;
  }
  // After silence follows a new talkspurt (RFC 3551 4.1).
  settings.marker = !fits;
  if (from == mark_.get() && markPlace_ == mark_->count()) {
    mark_ = nullptr;
    marksSent_++;
  }
  return fits ? Frame::kAudio : Frame::kNone;
}

void PacedStream::skip(int64_t) {
  skipPayload();
  settings.marker = true;
}

/** The mark while it is in progress, or else the loop. */
const PayloadTrack* PacedStream::payloadAt(int64_t tick, size_t* index) {
  if (mark_ != nullptr && markPlace_ == 0 && tick > markTick_) mark_ = nullptr;
  if (mark_ != nullptr && (markPlace_ > 0 || tick == markTick_)) {
    *index = markPlace_++;
    return mark_.get();
  }
  *index = place_;
  place_ = (place_ + 1) % track_->count();
  return track_.get();
}

/** A mark with a hole would be hard to make out: it is given up. */
void PacedStream::skipPayload() {
  if (mark_ != nullptr && markPlace_ > 0) mark_ = nullptr;
  else place_ = (place_ + 1) % track_->count();
}

void PacedStream::writeHeader(uint8_t* packet, uint8_t payloadType, bool marker, uint32_t timestamp) {
  packet[0] = 0x80;
  packet[1] = static_cast<uint8_t>(payloadType | (marker ? 0x80 : 0));
  packet[2] = static_cast<uint8_t>(settings.sequence >> 8);
  packet[3] = static_cast<uint8_t>(settings.sequence);
  write32(packet + 4, timestamp);
  write32(packet + 8, settings.ssrc);
  settings.sequence++;
}
