#include "packet_ring.h"

#include <algorithm>
#include <cstring>

PacketRing::PacketRing(uint8_t* memory, size_t bytes) : memory_(memory), slots_(bytes / kSlotBytes - 1) {}

size_t PacketRing::room() const {
  const uint32_t read = __atomic_load_n(reinterpret_cast<uint32_t*>(memory_) + 1, __ATOMIC_ACQUIRE);
  return slots_ - static_cast<size_t>(written_ - read);
}

void PacketRing::push(uint32_t socket, double atMs, const SocketAddress& from, const char* data, size_t length) {
  Slot& slot = at(written_++);
  slot.atMs = atMs;
  slot.length = static_cast<uint32_t>(std::min(length, kMostBytes));
  slot.socket = socket;
  memset(slot.source, 0, sizeof slot.source);
  memcpy(slot.source, from.get(), std::min<size_t>(from.length(), sizeof slot.source));
  slot.sourceLength = from.length();
  memcpy(slot.data, data, slot.length);
}

void PacketRing::publish() {
  __atomic_store_n(reinterpret_cast<uint32_t*>(memory_), written_, __ATOMIC_RELEASE);
}

SocketAddress PacketRing::source(size_t slot) const {
  const Slot& read = at(slot);
  return SocketAddress(reinterpret_cast<const sockaddr*>(read.source), read.sourceLength);
}
