# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""Calls the echo service once, as a client in another language.

    python_client.py ADDRESS METHOD TEXT [KEY=VALUE...]

Sends TEXT with the metadata, in the order in which it is given, and prints the
reply's text. Needs nothing but grpcio: the messages, whose one field is a
string, are written by hand.
"""

import sys

import grpc


def encode(text):
    data = text.encode()
    assert len(data) < 128  # the length is one byte
    return bytes([0x0A, len(data)]) + data


def decode(message):
    return message[2:].decode()


def main():
    address, method, text = sys.argv[1:4]
    metadata = [tuple(pair.split("=", 1)) for pair in sys.argv[4:]]
    with grpc.insecure_channel(address) as channel:
        call = channel.unary_unary(
            method, request_serializer=encode, response_deserializer=decode
        )
        print(call(text, metadata=metadata, timeout=30))


if __name__ == "__main__":
    main()
