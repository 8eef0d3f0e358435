// What the functions of the reception share.
#pragma once

#include "reception_binding.h"
#include "values.h"

/** A call from JavaScript that is about one row. */
struct Call {
  ReceptionBinding* binding;
  uint32_t row;

  template <typename Use>
  auto with(Use use) const {
    return binding->receiver->with(row, use);
  }

  template <typename Use>
  auto withStatistics(Use use) const {
    return binding->receiver->withStatistics(row, use);
  }
};

template <size_t Count>
Call callOf(napi_env env, const Arguments<Count>& in) {
  return {static_cast<ReceptionBinding*>(in.data), static_cast<uint32_t>(intOf(env, in.at[0]))};
}
