// Runs a fuzz target without libFuzzer: `PROGRAM ROUNDS SEED` changes the seeds of the target by chance, the same chance
// for the same SEED. Prints `N inputs` at the end; what does not hold ends it by a signal. `PROGRAM FOLDER` writes the
// seeds as files instead, from which libFuzzer starts.
#include <fstream>
#include <random>
#include <string>

#include "fuzz_input.h"

namespace {

constexpr size_t kLongestInput = 8192;

class Mutator {
 public:
  Mutator(const std::vector<Octets>& seeds, uint32_t seed) : seeds_(seeds), random_(seed) {}

  Octets next() {
    Octets input = any();
    for (size_t changes = below(8); changes > 0; changes--) change(&input);
    if (input.size() > kLongestInput) input.resize(kLongestInput);
    return input;
  }

 private:
  size_t below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }
  const Octets& any() { return seeds_[below(seeds_.size())]; }

  void change(Octets* input) {
    const size_t at = below(input->size());
    switch (below(7)) {
      case 0:
        if (!input->empty()) (*input)[at] ^= static_cast<uint8_t>(1u << below(8));
        break;
      case 1:
        if (!input->empty()) (*input)[at] = static_cast<uint8_t>(random_());
        break;
      case 2:
        for (size_t n = at; n < input->size() && n < at + 2; n++) (*input)[n] = telling_[below(sizeof telling_)];
        break;
      case 3:
        input->resize(at);
        break;
      case 4:
        insert(input, at, any(), below(64));
        break;
      case 5:
        for (size_t n = below(24); n > 0; n--) input->insert(input->begin() + static_cast<long>(at), static_cast<uint8_t>(random_()));
        break;
      case 6:
        input->erase(input->begin() + static_cast<long>(at), input->begin() + static_cast<long>(at + below(input->size() - at)));
        break;
    }
  }

  /** A piece of another input, where its packets may now lie across those of this one. */
  void insert(Octets* input, size_t at, const Octets& other, size_t length) {
    const size_t from = below(other.size());
    if (length > other.size() - from) length = other.size() - from;
    const auto piece = other.begin() + static_cast<long>(from);
    input->insert(input->begin() + static_cast<long>(at), piece, piece + static_cast<long>(length));
  }

  /** Of lengths, versions and types, where the edges are. */
  static constexpr uint8_t telling_[] = {0, 1, 2, 3, 4, 12, 15, 16, 20, 25, 63, 64, 0x7f, 0x80, 0x8f, 0xb0, 0xbf, 0xc0, 0xfe, 0xff};

  const std::vector<Octets>& seeds_;
  std::mt19937 random_;
};

int writeSeeds(const std::string& folder, const std::vector<Octets>& seeds) {
  for (size_t i = 0; i < seeds.size(); i++) {
    std::ofstream file(folder + "/seed-" + std::to_string(i), std::ios::binary);
    file.write(reinterpret_cast<const char*>(seeds[i].data()), static_cast<long>(seeds[i].size()));
    if (!file) return 1;
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<Octets> seeds = fuzzSeeds();
  if (count == 2) return writeSeeds(arguments[1], seeds);
  if (count != 3) return 2;
  const unsigned long rounds = std::stoul(arguments[1]);
  for (const Octets& seed : seeds) LLVMFuzzerTestOneInput(seed.data(), seed.size());
  Mutator mutator(seeds, static_cast<uint32_t>(std::stoul(arguments[2])));
  for (unsigned long round = 0; round < rounds; round++) {
    const Octets input = mutator.next();
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::printf("%lu inputs\n", rounds + seeds.size());
  return 0;
}
