"""The rules that Waybill's own code is built with.

They add two things to the plain rules: warnings are errors (in our code alone,
not in generated code or headers of the system), and a library's headers are
included as "waybill/<folder>/<file>.h", so that nothing collides in the tree
of a user.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")

COPTS = [
    "-Wall",
    "-Wextra",
    "-Wshadow",
    "-Wmissing-declarations",
    "-Werror",
]

def _copts(copts):
    return COPTS + copts + select({
        "//tools:clang": ["-Wthread-safety"],
        "//conditions:default": [],
    })

def waybill_cc_library(name, copts = [], **kwargs):
    cc_library(
        name = name,
        copts = _copts(copts),
        include_prefix = "waybill/" + native.package_name() if native.package_name() else "waybill",
        **kwargs
    )

def waybill_cc_binary(name, copts = [], **kwargs):
    cc_binary(name = name, copts = _copts(copts), **kwargs)

def waybill_cc_test(name, srcs = None, deps = [], copts = [], size = "small", **kwargs):
    cc_test(
        name = name,
        srcs = srcs or [name + ".cc"],
        copts = _copts(copts),
        linkstatic = True,
        size = size,
        deps = deps + ["@com_google_googletest//:gtest_main"],
        **kwargs
    )

def waybill_cc_benchmark(name, srcs = None, deps = [], copts = [], **kwargs):
    cc_binary(
        name = name,
        srcs = srcs or [name + ".cc"],
        copts = _copts(copts),
        testonly = True,
        deps = deps + ["@com_github_google_benchmark//:benchmark_main"],
        **kwargs
    )

def waybill_cc_fuzz_test(name, corpus, srcs = None, deps = [], copts = [], size = "small", **kwargs):
    """A fuzzer: LLVMFuzzerTestOneInput() over a checked-in corpus.

    `bazel test` runs it over the corpus and a fixed set of mutations. To look
    for new inputs with libFuzzer, which needs clang and keeps what it finds in
    the first folder:

        mkdir /tmp/found
        bazel run --config=fuzz //propagation:baggage_fuzz -- \
            -max_total_time=60 /tmp/found $PWD/propagation/corpus/baggage

    Args:
      name: the target's name; its source is name + ".cc" unless srcs says so.
      corpus: labels of the input files.
      srcs: as in cc_test.
      deps: as in cc_test.
      copts: as in cc_test.
      size: as in cc_test.
      **kwargs: as in cc_test.
    """
    cc_test(
        name = name,
        srcs = srcs or [name + ".cc"],
        args = select({
            "//tools:fuzz": [],
            "//conditions:default": ["$(location %s)" % file for file in corpus],
        }),
        copts = _copts(copts),
        data = corpus,
        linkopts = select({
            "//tools:fuzz": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        linkstatic = True,
        size = size,
        deps = deps + select({
            "//tools:fuzz": [],
            "//conditions:default": ["//tools:fuzz_driver"],
        }),
        **kwargs
    )
