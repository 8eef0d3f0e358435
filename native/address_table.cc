#include "address_table.h"

namespace {
constexpr size_t kMostAddresses = 65536;
}

uint32_t AddressTable::idOf(const SocketAddress& address) {
  if (last_ < addresses_.size() && addresses_[last_] == address) return last_;
  const auto [place, isNew] = ids_.try_emplace(address, static_cast<uint32_t>(addresses_.size()));
  if (isNew) addresses_.push_back(address);
  last_ = place->second;
  return last_;
}

const SocketAddress* AddressTable::at(uint32_t id) const {
  return id < addresses_.size() ? &addresses_[id] : nullptr;
}

void AddressTable::reserve(uint32_t count) {
  if (addresses_.size() + count <= kMostAddresses) return;
  ids_.clear();
  addresses_.clear();
  last_ = 0;
  generation_++;
}
