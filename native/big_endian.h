// Numbers as the network writes them.
#pragma once

#include <cstdint>

inline uint16_t readUint16(const uint8_t* at) {
  return static_cast<uint16_t>(at[0] << 8 | at[1]);
}

inline uint32_t readUint32(const uint8_t* at) {
  return static_cast<uint32_t>(readUint16(at)) << 16 | readUint16(at + 2);
}

inline void writeUint16(uint8_t* at, uint16_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}

inline void writeUint32(uint8_t* at, uint32_t value) {
  writeUint16(at, static_cast<uint16_t>(value >> 16));
  writeUint16(at + 2, static_cast<uint16_t>(value));
}
