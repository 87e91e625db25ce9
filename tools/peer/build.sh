#!/bin/bash
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
#
# In the root that run.sh has made: compiles what /build/sources lists and links
# the programs, if anything is newer than they are.
set -euo pipefail
cd /src/waybill
export PATH=/usr/bin:/bin LC_ALL=C.UTF-8

newer=$(find propagation recorder interceptors exporters testing tools/peer \
  -newer /build/built 2> /dev/null || echo all)
[ -n "$newer" ] || exit 0
rm -rf /build/objects /build/generated /build/built

cflags="-std=c++17 -O2 -g1 -DNDEBUG -I/build/include -I/src/waybill
  -I/build/generated -DHAVE_ABSEIL -DOPENTELEMETRY_ABI_VERSION_NO=1
  -Wno-deprecated-declarations"
export cflags
mkdir -p /build/include /build/generated /build/objects
ln -sfn /src/waybill /build/include/waybill
protoc -I. --cpp_out=/build/generated --grpc_out=/build/generated \
  --plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin testing/echo.proto

object_of() { echo "/build/objects/$(echo "${1#/build/generated/}" | tr / _).o"; }
compile() { g++ $cflags -c "$1" -o "$(object_of "$1")"; }
export -f object_of compile
{
  cat /build/sources
  ls /build/generated/testing/*.cc
} | xargs -P "$(nproc)" -n 1 bash -c 'set -e; compile "$1"' compile

# Of the libraries, what a program does not refer to is left out.
rm -f /build/libcommon.a
ar rcs /build/libcommon.a $(ls /build/objects/*.o | grep -v '_cost\.cc\.o$')
libraries="$(pkg-config --libs grpc++ protobuf opentelemetry_trace)
  -lopentelemetry_exporter_otlp_grpc -lopentelemetry_otlp_recordable
  -lopentelemetry_resources -lopentelemetry_common
  $(pkg-config --libs absl_time absl_strings absl_status absl_statusor \
    absl_hash absl_synchronization)"
for object in /build/objects/*_cost.cc.o; do
  name=$(basename "$object" .cc.o)
  g++ "$object" -o "/build/${name#tools_peer_}" /build/libcommon.a \
    -Wl,--as-needed $libraries -lpthread
done
touch /build/built
