"""A target over one of the system's abseil libraries."""

load("@rules_cc//cc:defs.bzl", "cc_library")

def absl_library(name, libs = [], deps = []):
    """Headers come from the system's include path, code from its libraries.

    Args:
      name: the name that abseil's own BUILD file gives the target.
      libs: what to link, without the "absl_" that each library starts with.
      deps: targets of this repository that it needs.
    """
    cc_library(
        name = name,
        linkopts = ["-labsl_" + lib for lib in libs],
        visibility = ["//visibility:public"],
        deps = deps,
    )
