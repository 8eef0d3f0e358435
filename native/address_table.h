// A small number for each address, so that neither side makes text of the same address again and again.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "socket_address.h"

class AddressTable {
 public:
  /** The number of an address, new or known. */
  uint32_t idOf(const SocketAddress& address);
  /** nullptr for a number that this table never gave. */
  const SocketAddress* at(uint32_t id) const;

  /**
   * Makes room for `count` further addresses: forgets all when there would be too many, and then every number that
   * was given is void and `generation` has changed.
   */
  void reserve(uint32_t count);
  uint32_t generation() const { return generation_; }

 private:
  struct Hash {
    size_t operator()(const SocketAddress& address) const { return address.hash(); }
  };
  std::unordered_map<SocketAddress, uint32_t, Hash> ids_;
  std::vector<SocketAddress> addresses_;
  uint32_t generation_ = 0;
  /** Most datagrams come from where the one before came from. */
  uint32_t last_ = 0;
};
