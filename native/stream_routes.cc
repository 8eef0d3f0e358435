#include "stream_routes.h"

#include <utility>

void StreamRoutes::set(const SocketAddress& from, uint32_t ssrc, std::shared_ptr<ReceivedStream> stream) {
  const size_t place = placeOf(from, ssrc);
  const bool isFree = routes_[place].stream == nullptr;
  if (stream == nullptr) {
    if (!isFree) remove(place);
    return;
  }
  routes_[place].from = from;
  routes_[place].ssrc = ssrc;
  routes_[place].stream = std::move(stream);
  if (!isFree) return;
  count_++;
  if (2 * count_ > routes_.size()) grow();
}

size_t StreamRoutes::homeOf(const SocketAddress& from, uint32_t ssrc) const {
  const uint64_t hash = (from.hash() ^ ssrc) * 0x9e3779b97f4a7c15ull;
  return static_cast<size_t>(hash >> 32) & (routes_.size() - 1);
}

size_t StreamRoutes::placeOf(const SocketAddress& from, uint32_t ssrc) const {
  size_t place = homeOf(from, ssrc);
  for (;;) {
    const Route& route = routes_[place];
    if (route.stream == nullptr || (route.ssrc == ssrc && route.from == from)) return place;
    place = (place + 1) & (routes_.size() - 1);
  }
}

void StreamRoutes::grow() {
  Routes before(2 * routes_.size());
  before.swap(routes_);
  for (Route& route : before) {
    if (route.stream != nullptr) routes_[placeOf(route.from, route.ssrc)] = std::move(route);
  }
}

void StreamRoutes::remove(size_t place) {
  const size_t mask = routes_.size() - 1;
  routes_[place].stream = nullptr;
  count_--;
  for (size_t next = (place + 1) & mask; routes_[next].stream != nullptr; next = (next + 1) & mask) {
    const size_t home = homeOf(routes_[next].from, routes_[next].ssrc);
    // It may stand at `place` when that is not before its home.
    if (((next - home) & mask) < ((next - place) & mask)) continue;
    routes_[place] = std::move(routes_[next]);
    routes_[next].stream = nullptr;
    place = next;
  }
}
