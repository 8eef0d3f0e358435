#include "datagram_batch.h"

#include <time.h>

#include <cerrno>
#include <cstring>

#include "direct_call.h"

DatagramBatch::DatagramBatch(size_t datagramBytes)
    : datagramBytes_(datagramBytes), buffer_(new char[kMost * datagramBytes]) {
  memset(messages_, 0, sizeof messages_);
  for (int i = 0; i < kMost; i++) {
    parts_[i] = {data(i), datagramBytes};
    msghdr& header = messages_[i].msg_hdr;
    header.msg_iov = &parts_[i];
    header.msg_iovlen = 1;
    header.msg_name = &sources_[i];
    header.msg_control = control_[i];
  }
}

int DatagramBatch::receive(int fd) {
  renew();
  for (;;) {
    used_ = recvmmsg(fd, messages_, kMost, MSG_DONTWAIT, nullptr);
    if (used_ >= 0) return used_;
    used_ = 1;
    if (errno != EINTR) return -errno;
  }
}

int DatagramBatch::receiveOne(int fd) {
  renew();
  used_ = 1;
  for (;;) {
    const ssize_t length = receiveDirectly(fd, &messages_[0].msg_hdr, MSG_DONTWAIT);
    messages_[0].msg_len = static_cast<unsigned>(length);
    if (length >= 0) return 1;
    if (errno != EINTR) return -errno;
  }
}

void DatagramBatch::renew() {
  for (int i = 0; i < used_; i++) {
    messages_[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    messages_[i].msg_hdr.msg_controllen = kControlBytes;
  }
}

SocketAddress DatagramBatch::source(int index) const {
  const msghdr& header = messages_[index].msg_hdr;
  return SocketAddress(static_cast<const sockaddr*>(header.msg_name), header.msg_namelen);
}

int64_t DatagramBatch::arrivedNs(int index) const {
  msghdr* header = const_cast<msghdr*>(&messages_[index].msg_hdr);
  for (cmsghdr* part = CMSG_FIRSTHDR(header); part != nullptr; part = CMSG_NXTHDR(header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec when;
    memcpy(&when, CMSG_DATA(part), sizeof when);
    return static_cast<int64_t>(when.tv_sec) * 1000000000 + when.tv_nsec;
  }
  return 0;
}
