// What a receiver knows of each payload type, as src/media/rtp/payload-types.ts makes it out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

struct PayloadTypes {
  static constexpr size_t kCount = 128;
  /** Of those that were not agreed on packets count as audio. */
  enum Kind : uint8_t { kAudio, kComfortNoise, kEvent, kUnnamed };

  std::array<double, kCount> unitsPerMs;
  std::array<uint8_t, kCount> kinds;

  bool isNamed(uint8_t payloadType) const { return kinds[payloadType] != kUnnamed; }
  bool isEvent(uint8_t payloadType) const { return kinds[payloadType] == kEvent; }
  /** Whether a payload of so many bytes describes silence: Opus of 2 bytes or less (RFC 6716 2.1.9), G.729 B of 2. */
  bool isSilence(uint8_t payloadType, size_t bytes) const {
    return kinds[payloadType] == kComfortNoise || (bytes <= 2 && kinds[payloadType] != kEvent);
  }
  bool operator==(const PayloadTypes& other) const { return unitsPerMs == other.unitsPerMs && kinds == other.kinds; }
};
