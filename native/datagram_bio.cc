#include "datagram_bio.h"

#include <cstring>

namespace {
// Of openssl/bio.h, unchanged since OpenSSL 1.0.
constexpr int kSourceSink = 0x0400;
constexpr int kControlFlush = 11;
constexpr int kReadFlag = 0x01;
constexpr int kRetryFlags = 0x0f;
constexpr int kShouldRetry = 0x08;

DatagramBio* ownerOf(bio_st* bio) {
  return static_cast<DatagramBio*>(openssl.BIO_get_data(bio));
}
}  // namespace

bio_method_st* DatagramBio::method() {
  static bio_method_st* const only = [] {
    bio_method_st* made = openssl.BIO_meth_new(kSourceSink, "datagrams");
    openssl.BIO_meth_set_write(made, onWrite);
    openssl.BIO_meth_set_read(made, onRead);
    openssl.BIO_meth_set_ctrl(made, onControl);
    return made;
  }();
  return only;
}

bio_st* DatagramBio::open() {
  bio_st* bio = openssl.BIO_new(method());
  openssl.BIO_set_data(bio, this);
  openssl.BIO_set_init(bio, 1);
  return bio;
}

int DatagramBio::onWrite(bio_st* bio, const char* data, int length) {
  ownerOf(bio)->sent_.emplace_back(data, static_cast<size_t>(length));
  return length;
}

int DatagramBio::onRead(bio_st* bio, char* into, int length) {
  DatagramBio& self = *ownerOf(bio);
  openssl.BIO_clear_flags(bio, kRetryFlags);
  if (self.length_ == 0) {
    openssl.BIO_set_flags(bio, kReadFlag | kShouldRetry);
    return -1;
  }
  // A datagram that is longer than what it is read into is cut, as by a socket.
  const size_t taken = self.length_ < static_cast<size_t>(length) ? self.length_ : static_cast<size_t>(length);
  memcpy(into, self.data_, taken);
  self.takeBack();
  return static_cast<int>(taken);
}

/** Flushing succeeds; there is nothing else that OpenSSL could ask of it. */
long DatagramBio::onControl(bio_st*, int command, long, void*) {
  return command == kControlFlush ? 1 : 0;
}
