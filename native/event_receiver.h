// Recognises DTMF as RFC 4733 events, as src/media/codec/telephone-event.ts does: a digit counts once an event's first
// packet arrives, whichever that is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

class EventReceiver {
 public:
  const std::string& digits() const { return digits_; }

  /** Takes the payload of an event packet; true when a new digit began. */
  bool push(const uint8_t* payload, size_t length, uint32_t timestamp, double unitsPerMs) {
    if (length < kPayloadBytes || payload[0] >= sizeof kDigits - 1) return false;
    const int32_t event = payload[0];
    if (timestamp == timestamp_ && event == event_) return false;
    // A packet of an earlier event that arrives late starts nothing.
    const auto behind = static_cast<int32_t>(static_cast<uint32_t>(timestamp_) - timestamp);
    if (timestamp_ >= 0 && behind > 0 && behind < kLatestStragglerMs * unitsPerMs) return false;
    timestamp_ = timestamp;
    event_ = event;
    digits_ += kDigits[event];
    return true;
  }

  /** A new source numbers its timestamps anew. */
  void restart() {
    timestamp_ = -1;
    event_ = -1;
  }

 private:
  static constexpr size_t kPayloadBytes = 4;
  /** So far back an older event is one that was overtaken. */
  static constexpr double kLatestStragglerMs = 2000;
  static constexpr char kDigits[] = "0123456789*#ABCD";

  int64_t timestamp_ = -1;
  int32_t event_ = -1;
  std::string digits_;
};
