#include "payload_track.h"

#include <cstring>

void PayloadTrack::copy(size_t index, uint8_t* into) const {
  memcpy(into, bytes_.data() + start(index), length(index));
}
