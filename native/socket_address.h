// An IPv4 or IPv6 address with its port, as the kernel wants and gives it.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <string>

class SocketAddress {
 public:
  SocketAddress();
  /** Copies what the kernel filled in; anything but IPv4 and IPv6 becomes the empty address. */
  SocketAddress(const sockaddr* address, socklen_t length);

  /**
   * Reads a numeric address; a link-local one may name its interface, `fe80::1%eth0`. With `ipv6` it must be an IPv6
   * address, otherwise an IPv4 address. 0, or -EINVAL when it is none of that family.
   */
  static int parse(const std::string& host, uint16_t port, bool ipv6, SocketAddress* into);

  const sockaddr* get() const { return &address_.any; }
  socklen_t length() const { return length_; }
  int family() const { return address_.any.sa_family; }
  uint16_t port() const;
  /** As Node.js writes it: the interface is named for link-local IPv6 addresses. */
  std::string host() const;

  bool operator==(const SocketAddress& other) const;
  uint64_t hash() const;

 private:
  /** The IPv6 address, or the four octets of an IPv4 address. */
  const uint8_t* octets(size_t* count) const;
  uint32_t scope() const;

  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  } address_;
  socklen_t length_;
};
