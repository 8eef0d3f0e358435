#include "packet_ring.h"

#include <algorithm>
#include <cstring>

PacketRing::PacketRing(uint8_t* memory, size_t bytes) : memory_(memory), slots_(bytes / kSlotBytes - 1) {}

size_t PacketRing::room() const {
  return slots_ - static_cast<size_t>(written_ - readCount());
}

void PacketRing::push(const Packet& packet, const SocketAddress& from) {
  Slot& slot = at(written_++);
  slot.atMs = packet.atMs;
  slot.length = static_cast<uint32_t>(std::min(packet.length, kMostBytes));
  slot.socket = packet.socket;
  memset(slot.source, 0, sizeof slot.source);
  memcpy(slot.source, from.get(), std::min<size_t>(from.length(), sizeof slot.source));
  slot.sourceLength = static_cast<uint16_t>(from.length());
  slot.countedRow = static_cast<uint16_t>(packet.countedRow + 1);
  memcpy(slot.data, packet.data, slot.length);
}

bool PacketRing::publish() {
  if (written_ == published_) return false;
  published_ = written_;
  __atomic_store_n(reinterpret_cast<uint32_t*>(memory_), written_, __ATOMIC_RELEASE);
  return true;
}

bool PacketRing::isRead(uint32_t number) const {
  return static_cast<int32_t>(readCount() - number) >= 0;
}

uint32_t PacketRing::readCount() const {
  return __atomic_load_n(reinterpret_cast<uint32_t*>(memory_) + 1, __ATOMIC_ACQUIRE);
}

SocketAddress PacketRing::source(size_t slot) const {
  const Slot& read = at(slot);
  return SocketAddress(reinterpret_cast<const sockaddr*>(read.source), read.sourceLength);
}
