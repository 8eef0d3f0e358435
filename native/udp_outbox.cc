#include "udp_outbox.h"

#include <cerrno>
#include <cstring>
#include <string_view>

namespace {

/** What an IPv4 datagram has room for, less something for the headers. */
constexpr size_t kLongestTogether = 65000;
constexpr uint64_t kAnyDialog = ~uint64_t{0};

/** The bit of the dialog that a message belongs to, by its Call-ID; all of them where none is found. */
uint64_t dialogOf(std::string_view message) {
  constexpr std::string_view name = "\nCall-ID: ";
  const void* found = memmem(message.data(), message.size(), name.data(), name.size());
  if (found == nullptr) return kAnyDialog;
  const char* at = static_cast<const char*>(found) + name.size();
  const char* end = message.data() + message.size();
  uint64_t hash = 0xcbf29ce484222325;
  for (; at < end && *at != '\r' && *at != '\n'; at++) hash = (hash ^ static_cast<uint8_t>(*at)) * 0x100000001b3;
  return uint64_t{1} << (hash >> 58);
}

}  // namespace

bool UdpOutbox::add(size_t length, const SocketAddress* to, int64_t nowNs) {
  if (isEmpty()) firstNs_ = nowNs;
  const uint64_t dialog = dialogOf({room(), length});
  Group& group = groupFor(length, to == nullptr ? SocketAddress() : *to, dialog);
  group.members[group.count++] = static_cast<uint8_t>(count_++);
  group.dialogs |= dialog;
  return count_ == kMost || nowNs - firstNs_ >= kLongestWaitNs;
}

/** The groups leave in the order in which they began: a datagram must not join one before something of its own dialog. */
UdpOutbox::Group& UdpOutbox::groupFor(size_t length, const SocketAddress& to, uint64_t dialog) {
  for (size_t i = groups_; i-- > 0;) {
    Group& group = group_[i];
    if (group.length == length && group.to == to && (group.count + 1) * length <= kLongestTogether) return group;
    if ((group.dialogs & dialog) != 0) break;
  }
  Group& group = group_[groups_++];
  group.to = to;
  group.length = length;
  group.dialogs = 0;
  group.count = 0;
  return group;
}

bool UdpOutbox::flush(UdpSocket& socket, std::vector<UdpSocket::Failure>* failures) {
  bool queued = false;
  for (size_t i = 0; i < groups_; i++) queued = send(group_[i], socket, failures) || queued;
  groups_ = count_ = 0;
  return queued;
}

bool UdpOutbox::send(const Group& group, UdpSocket& socket, std::vector<UdpSocket::Failure>* failures) {
  const SocketAddress* to = group.to.length() == 0 ? nullptr : &group.to;
  const auto at = [&](size_t i) { return bytes_.get() + group.members[i] * kRoom; };
  if (group.count > 1) {
    iovec parts[kMost];
    for (size_t i = 0; i < group.count; i++) parts[i] = {at(i), group.length};
    const int error = socket.sendTogether(parts, group.count, to);
    if (error == 0) return false;
    // Of something sent before, and told once.
    if (error == -ECONNREFUSED) failures->push_back({group.to, error});
  }
  // Also where the kernel takes them only one by one, such as those that are longer than the path permits.
  bool queued = false;
  for (size_t i = 0; i < group.count; i++) {
    int error = 0;
    const UdpSocket::Sent sent = socket.send(at(i), group.length, to, &error);
    if (sent == UdpSocket::Sent::kFailed) failures->push_back({group.to, error});
    queued = queued || sent == UdpSocket::Sent::kQueued;
  }
  return queued;
}
