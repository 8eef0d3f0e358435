// Whose packets come to a socket that streams share, by where they come from and by SSRC. JavaScript decides
// (src/media/shared/); what no route leads to is left to it. It knows no sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "prefetch.h"
#include "received_stream.h"
#include "socket_address.h"

class StreamRoutes {
 public:
  StreamRoutes() : routes_(kFewest) {}

  /** Packets of a source from there belong to the stream from now on; nullptr: no route leads there any more. */
  void set(const SocketAddress& from, uint32_t ssrc, std::shared_ptr<ReceivedStream> stream);
  /** nullptr where no route tells. */
  ReceivedStream* find(const SocketAddress& from, uint32_t ssrc) const { return routes_[placeOf(from, ssrc)].stream.get(); }
  /** Asks for what `find` needs. */
  void prepare(const SocketAddress& from, uint32_t ssrc) const { prefetch(&routes_[homeOf(from, ssrc)], sizeof(Route)); }

 private:
  static constexpr size_t kFewest = 64;

  /** A line of the cache: a packet costs one miss. */
  struct alignas(64) Route {
    SocketAddress from;
    uint32_t ssrc = 0;
    /** nullptr: the place is free. */
    std::shared_ptr<ReceivedStream> stream;
  };
  using Routes = std::vector<Route>;

  /** Where it stands when nobody else does. */
  size_t homeOf(const SocketAddress& from, uint32_t ssrc) const;
  /** Where it stands, or else the free place where it would: half of the places are free. */
  size_t placeOf(const SocketAddress& from, uint32_t ssrc) const;
  void grow();
  /** Those that stood aside for it move up, so that none is behind a free place. */
  void remove(size_t place);

  /** A power of two. */
  Routes routes_;
  size_t count_ = 0;
};
