// Whose packets come to a socket that streams share, by where they come from and by SSRC. JavaScript decides
// (src/media/shared/); what no route leads to is left to it. It knows no sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "received_stream.h"
#include "socket_address.h"

class StreamRoutes {
 public:
  /** Packets of a source from there belong to the stream from now on; nullptr: no route leads there any more. */
  void set(const SocketAddress& from, uint32_t ssrc, std::shared_ptr<ReceivedStream> stream);
  /** nullptr where no route tells. */
  ReceivedStream* find(const SocketAddress& from, uint32_t ssrc);

 private:
  using Sources = std::unordered_map<uint32_t, std::shared_ptr<ReceivedStream>>;
  struct Hash {
    size_t operator()(const SocketAddress& address) const { return address.hash(); }
  };

  std::unordered_map<SocketAddress, Sources, Hash> farSides_;
  /** Where many streams have one far side, most packets come from where the one before came from. */
  const SocketAddress* lastAddress_ = nullptr;
  const Sources* last_ = nullptr;
};
