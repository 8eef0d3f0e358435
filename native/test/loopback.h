// An address of this machine for the programs of native/test/.
#pragma once

#include "../socket_address.h"
#include "expect.h"

inline SocketAddress loopback(uint16_t port = 0) {
  SocketAddress address;
  EXPECT(SocketAddress::parse("127.0.0.1", port, false, &address) == 0);
  return address;
}
