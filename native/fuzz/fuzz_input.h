// What a fuzz target of native/fuzz/ is to its drivers, and how it reads what it is given. The same target runs under
// libFuzzer, where clang++ is, and under driver.cc, which any compiler takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

using Octets = std::vector<uint8_t>;

/** The entry that libFuzzer names; 0. */
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

/** Inputs of use, from which others are made by change. */
std::vector<Octets> fuzzSeeds();

/** What does not hold ends the program, as libFuzzer wants it. */
#define HOLDS(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                             \
    }                                                                           \
  } while (false)

/** Cuts an input into numbers and packets; zeros and nothing once it is over. */
class FuzzInput {
 public:
  FuzzInput(const uint8_t* data, size_t size) : at_(data), left_(size) {}

  bool isOver() const { return left_ == 0; }
  uint8_t octet() {
    if (left_ == 0) return 0;
    left_--;
    return *at_++;
  }
  uint16_t word() {
    const uint8_t high = octet();
    return static_cast<uint16_t>(high << 8 | octet());
  }
  /** After its length in two octets; in memory of exactly its size, so that the sanitizer sees what goes beyond. */
  Octets packet() {
    size_t length = word();
    if (length > left_) length = left_;
    Octets octets(at_, at_ + length);
    at_ += length;
    left_ -= length;
    return octets;
  }

 private:
  const uint8_t* at_;
  size_t left_;
};

/** Appends a packet as `FuzzInput::packet` reads it. */
inline void append(Octets* input, const Octets& packet) {
  input->push_back(static_cast<uint8_t>(packet.size() >> 8));
  input->push_back(static_cast<uint8_t>(packet.size()));
  input->insert(input->end(), packet.begin(), packet.end());
}
