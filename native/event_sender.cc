#include "event_sender.h"

#include <algorithm>

namespace {
constexpr uint8_t kEndBit = 0x80;
/** -10 dBm0, the level of a DTMF tone on a phone line. */
constexpr uint8_t kVolume = 10;
constexpr uint32_t kLongestDuration = 0xffff;
constexpr int kEndPackets = 3;
}  // namespace

int EventSender::clear() {
  const int left = static_cast<int>(queue_.size());
  *this = EventSender();
  return left;
}

bool EventSender::next(uint32_t timestamp, int32_t frameMs, uint32_t unitsPerMs, uint8_t* payload) {
  marker_ = false;
  if (!sounding_ && !begin(timestamp, frameMs)) return false;
  if (endsLeft_ == 0) {
    const int32_t toneMs = std::min<int32_t>(digit_.toneMs, static_cast<int32_t>(kLongestDuration / unitsPerMs));
    durationMs_ = std::min(durationMs_ + frameMs, toneMs);
    if (durationMs_ == toneMs) endsLeft_ = kEndPackets;
  }
  const uint32_t duration = static_cast<uint32_t>(durationMs_) * unitsPerMs;
  payload[0] = digit_.event;
  payload[1] = endsLeft_ > 0 ? kEndBit | kVolume : kVolume;
  payload[2] = static_cast<uint8_t>(duration >> 8);
  payload[3] = static_cast<uint8_t>(duration);
  if (endsLeft_ > 0 && --endsLeft_ == 0) {
    sounding_ = false;
    pauseLeftMs_ = digit_.pauseMs;
  }
  return true;
}

bool EventSender::begin(uint32_t timestamp, int32_t frameMs) {
  if (pauseLeftMs_ > 0) {
    pauseLeftMs_ = std::max(0, pauseLeftMs_ - frameMs);
    return false;
  }
  if (queue_.empty()) return false;
  digit_ = queue_.front();
  queue_.pop_front();
  sounding_ = true;
  durationMs_ = 0;
  endsLeft_ = 0;
  timestamp_ = timestamp;
  marker_ = true;
  return true;
}
