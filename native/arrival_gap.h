// Times between arrivals beyond the packet time, which is learned from the timestamps, and beyond silence that was
// suppressed. It is what src/media/arrival-gap.ts is to JavaScript.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

class ArrivalGap {
 public:
  struct Packet {
    uint16_t sequence;
    uint32_t timestamp;
    /** The first after silence (RFC 3551 4.1), and one that describes silence. */
    bool marker;
    bool silence;
  };

  /** Packet time; as given until timestamps tell. */
  double ptimeMs = 20;

  /** Another source or another clock: nothing can be compared with before. */
  void restart() { sequence_ = -1; }
  /** The time until the next packet is no gap. */
  void pause() { arrivalMs_ = std::numeric_limits<double>::quiet_NaN(); }
  /** The gap before this packet in ms; NaN when there was nothing before it. */
  double push(const Packet& packet, double unitsPerMs, double atMs);

 private:
  /** Longest packet time believed when it is learned from timestamps. */
  static constexpr double kLongestFrameMs = 200;
  /** RFC 3550 A.1: steps of the sequence number beyond this are no loss. */
  static constexpr int kMaxDropout = 3000;

  int32_t sequence_ = -1;
  uint32_t timestamp_ = 0;
  double arrivalMs_ = std::numeric_limits<double>::quiet_NaN();
  bool silence_ = false;
};

inline double ArrivalGap::push(const Packet& packet, double unitsPerMs, double atMs) {
  const int steps = sequence_ < 0 ? 0 : static_cast<uint16_t>(packet.sequence - sequence_);
  const double mediaMs = static_cast<int32_t>(packet.timestamp - timestamp_) / unitsPerMs;
  const bool suppressed = packet.marker || silence_;
  if (steps == 1 && !suppressed && mediaMs > 0 && mediaMs <= kLongestFrameMs) ptimeMs = mediaMs;
  const bool inOrder = steps > 0 && steps < kMaxDropout;
  const double silentMs = suppressed && inOrder ? std::max(0.0, mediaMs - steps * ptimeMs) : 0;
  const double gapMs = atMs - arrivalMs_ - ptimeMs - silentMs;
  sequence_ = packet.sequence;
  timestamp_ = packet.timestamp;
  arrivalMs_ = atMs;
  silence_ = packet.silence;
  return gapMs;
}
