"""The demo's processes, each with Waybill and without."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
load("//tools:build_defs.bzl", "COPTS")

def checkout_process(name, srcs, deps):
    """Binaries <name>, which links Waybill, and <name>_plain, which does not.

    Args:
      name: the process.
      srcs: its sources, compiled once for both.
      deps: what the sources include, :service and :telemetry apart.
    """
    cc_library(
        name = name + "_main",
        srcs = srcs,
        copts = COPTS,
        deps = deps + [
            ":service",
            ":telemetry",
        ],
        alwayslink = True,
    )
    cc_binary(
        name = name,
        # The library is not there yet; "manual" goes when it is.
        tags = ["manual"],
        deps = [
            ":" + name + "_main",
            ":telemetry_waybill",
        ],
    )
    cc_binary(
        name = name + "_plain",
        deps = [
            ":" + name + "_main",
            ":telemetry_none",
        ],
    )
