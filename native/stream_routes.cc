#include "stream_routes.h"

#include <utility>

void StreamRoutes::set(const SocketAddress& from, uint32_t ssrc, std::shared_ptr<ReceivedStream> stream) {
  Sources& sources = farSides_[from];
  if (stream != nullptr) sources[ssrc] = std::move(stream);
  else sources.erase(ssrc);
  if (!sources.empty()) return;
  farSides_.erase(from);
  lastAddress_ = nullptr;
}

ReceivedStream* StreamRoutes::find(const SocketAddress& from, uint32_t ssrc) {
  if (lastAddress_ == nullptr || !(*lastAddress_ == from)) {
    const auto place = farSides_.find(from);
    if (place == farSides_.end()) return nullptr;
    // Neither moves while others come and go.
    lastAddress_ = &place->first;
    last_ = &place->second;
  }
  const auto place = last_->find(ssrc);
  return place == last_->end() ? nullptr : place->second.get();
}
