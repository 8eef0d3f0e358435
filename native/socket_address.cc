#include "socket_address.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

SocketAddress::SocketAddress() : length_(0) {
  memset(&address_, 0, sizeof address_);
}

SocketAddress::SocketAddress(const sockaddr* address, socklen_t length) : SocketAddress() {
  if (length < sizeof(sa_family_t)) return;
  const bool v4 = address->sa_family == AF_INET && length >= sizeof(sockaddr_in);
  const bool v6 = address->sa_family == AF_INET6 && length >= sizeof(sockaddr_in6);
  if (!v4 && !v6) return;
  length_ = v4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  memcpy(&address_, address, length_);
}

int SocketAddress::parse(const std::string& host, uint16_t port, bool ipv6, SocketAddress* into) {
  *into = SocketAddress();
  if (!ipv6) {
    if (inet_pton(AF_INET, host.c_str(), &into->address_.v4.sin_addr) != 1) return -EINVAL;
    into->address_.v4.sin_family = AF_INET;
    into->address_.v4.sin_port = htons(port);
    into->length_ = sizeof(sockaddr_in);
    return 0;
  }
  const size_t percent = host.find('%');
  if (inet_pton(AF_INET6, host.substr(0, percent).c_str(), &into->address_.v6.sin6_addr) != 1) return -EINVAL;
  if (percent != std::string::npos) {
    const std::string zone = host.substr(percent + 1);
    unsigned scope = if_nametoindex(zone.c_str());
    if (scope == 0) scope = static_cast<unsigned>(strtoul(zone.c_str(), nullptr, 10));
    into->address_.v6.sin6_scope_id = scope;
  }
  into->address_.v6.sin6_family = AF_INET6;
  into->address_.v6.sin6_port = htons(port);
  into->length_ = sizeof(sockaddr_in6);
  return 0;
}

uint16_t SocketAddress::port() const {
  return ntohs(family() == AF_INET6 ? address_.v6.sin6_port : address_.v4.sin_port);
}

std::string SocketAddress::host() const {
  char text[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE] = "";
  if (family() == AF_INET) inet_ntop(AF_INET, &address_.v4.sin_addr, text, sizeof text);
  if (family() != AF_INET6) return text;
  inet_ntop(AF_INET6, &address_.v6.sin6_addr, text, sizeof text);
  char name[IF_NAMESIZE];
  if (IN6_IS_ADDR_LINKLOCAL(&address_.v6.sin6_addr) && scope() != 0 && if_indextoname(scope(), name) != nullptr) {
    return std::string(text) + "%" + name;
  }
  return text;
}

const uint8_t* SocketAddress::octets(size_t* count) const {
  const bool v6 = family() == AF_INET6;
  *count = v6 ? sizeof address_.v6.sin6_addr : sizeof address_.v4.sin_addr;
  return v6 ? address_.v6.sin6_addr.s6_addr : reinterpret_cast<const uint8_t*>(&address_.v4.sin_addr);
}

uint32_t SocketAddress::scope() const {
  return family() == AF_INET6 ? address_.v6.sin6_scope_id : 0;
}

bool SocketAddress::operator==(const SocketAddress& other) const {
  if (length_ != other.length_ || family() != other.family() || port() != other.port()) return false;
  size_t count;
  const uint8_t* own = octets(&count);
  return memcmp(own, other.octets(&count), count) == 0 && scope() == other.scope();
}

uint64_t SocketAddress::hash() const {
  // FNV-1a: short input, and nothing depends on its strength, since the table it serves is bounded.
  uint64_t value = 14695981039346656037ull ^ port();
  size_t count;
  const uint8_t* own = octets(&count);
  for (size_t i = 0; i < count; i++) value = (value ^ own[i]) * 1099511628211ull;
  return (value ^ scope()) * 1099511628211ull;
}
