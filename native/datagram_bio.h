// What OpenSSL takes for a network: one datagram in, any number of datagrams out, with their bounds kept, which its own
// memory BIO does not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "openssl.h"

class DatagramBio {
 public:
  DatagramBio() = default;
  DatagramBio(const DatagramBio&) = delete;
  DatagramBio& operator=(const DatagramBio&) = delete;

  /** A BIO of OpenSSL's over this one, which must outlive it; whoever is given it frees it. */
  bio_st* open();

  /** The next thing that is read; `data` is used until `takeBack`. */
  void offer(const uint8_t* data, size_t length) {
    data_ = data;
    length_ = length;
  }
  void takeBack() { offer(nullptr, 0); }

  std::deque<std::string>& sent() { return sent_; }

 private:
  static int onWrite(bio_st* bio, const char* data, int length);
  static int onRead(bio_st* bio, char* into, int length);
  static long onControl(bio_st* bio, int command, long number, void* pointer);
  static bio_method_st* method();

  const uint8_t* data_ = nullptr;
  size_t length_ = 0;
  std::deque<std::string> sent_;
};
