// Arguments and results of functions that JavaScript calls. The callers are of this project and pass what is asked for.
#pragma once

#include <node_api.h>

#include <cstdint>
#include <string>

/** The arguments of a call, and what the function was registered with. */
template <size_t Count>
struct Arguments {
  napi_value at[Count];
  void* data = nullptr;

  Arguments(napi_env env, napi_callback_info info) {
    size_t count = Count;
    napi_get_cb_info(env, info, &count, at, nullptr, &data);
  }
};

inline int32_t intOf(napi_env env, napi_value value) {
  int32_t number = 0;
  napi_get_value_int32(env, value, &number);
  return number;
}

inline bool boolOf(napi_env env, napi_value value) {
  bool truth = false;
  napi_get_value_bool(env, value, &truth);
  return truth;
}

/** For addresses and names: long ones are cut, and then are none. */
inline std::string textOf(napi_env env, napi_value value) {
  char text[128];
  size_t length = 0;
  napi_get_value_string_latin1(env, value, text, sizeof text, &length);
  return std::string(text, length);
}

struct Bytes {
  uint8_t* data;
  size_t length;
};

/** Of a Uint8Array. */
inline Bytes bytesOf(napi_env env, napi_value value) {
  void* data = nullptr;
  size_t length = 0;
  napi_get_typedarray_info(env, value, nullptr, &length, &data, nullptr, nullptr);
  return {static_cast<uint8_t*>(data), length};
}

/** What `napi_create_external` was given. */
template <typename Thing>
Thing* externalOf(napi_env env, napi_value value) {
  void* data = nullptr;
  napi_get_value_external(env, value, &data);
  return static_cast<Thing*>(data);
}

/** Hands `thing` to JavaScript, which frees it with the last reference; `bytes` is about what it holds. */
template <typename Thing>
napi_value newExternal(napi_env env, Thing* thing, int64_t bytes) {
  int64_t total = 0;
  napi_adjust_external_memory(env, bytes, &total);
  const auto release = [](napi_env owner, void* data, void* hint) {
    int64_t left = 0;
    napi_adjust_external_memory(owner, -static_cast<int64_t>(reinterpret_cast<intptr_t>(hint)), &left);
    delete static_cast<Thing*>(data);
  };
  napi_value value = nullptr;
  napi_create_external(env, thing, release, reinterpret_cast<void*>(static_cast<intptr_t>(bytes)), &value);
  return value;
}

inline napi_value newInt32(napi_env env, int32_t number) {
  napi_value value = nullptr;
  napi_create_int32(env, number, &value);
  return value;
}

inline napi_value newInt(napi_env env, int64_t number) {
  napi_value value = nullptr;
  napi_create_int64(env, number, &value);
  return value;
}

inline napi_value newText(napi_env env, const char* text, size_t length) {
  napi_value value = nullptr;
  napi_create_string_latin1(env, text, length, &value);
  return value;
}

inline napi_value newBuffer(napi_env env, const std::string& octets) {
  napi_value value = nullptr;
  napi_create_buffer_copy(env, octets.size(), octets.data(), nullptr, &value);
  return value;
}

/** A function of `object`, called with `data`. */
inline void addFunction(napi_env env, napi_value object, const char* name, napi_callback function, void* data) {
  napi_value value = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, function, data, &value);
  napi_set_named_property(env, object, name, value);
}

/** What a typed array lies on. */
template <typename Value>
struct Memory {
  Value* data = nullptr;
  /** In values. */
  size_t length = 0;
};

template <typename Value>
Memory<Value> memoryOf(napi_env env, napi_value array) {
  Memory<Value> memory;
  void* data = nullptr;
  napi_get_typedarray_info(env, array, nullptr, &memory.length, &data, nullptr, nullptr);
  memory.data = static_cast<Value*>(data);
  return memory;
}

template <typename Value>
Memory<Value> columnOf(napi_env env, napi_value columns, const char* name) {
  napi_value column = nullptr;
  napi_get_named_property(env, columns, name, &column);
  return memoryOf<Value>(env, column);
}

inline double numberOf(napi_env env, napi_value value) {
  double number = 0;
  napi_get_value_double(env, value, &number);
  return number;
}
