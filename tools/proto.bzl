"""C++ from .proto files, by the system's protoc."""

load("@rules_cc//cc:defs.bzl", "cc_library")

def waybill_proto_library(name, srcs, grpc = False, deps = [], **kwargs):
    """A C++ library of the messages, and with grpc = True the services, in srcs.

    Files are imported, and their headers included, by their path from the
    workspace's root: import "viewer/otlp/trace.proto";

    Args:
      name: the library.
      srcs: .proto files of this package.
      grpc: whether to make the services' stubs too.
      deps: the libraries, made by this macro, whose files these import.
      **kwargs: passed on to the library.
    """
    stems = [src[:-len(".proto")] for src in srcs]
    kinds = [".pb"] + ([".grpc.pb"] if grpc else [])
    headers = [stem + kind + ".h" for stem in stems for kind in kinds]
    sources = [stem + kind + ".cc" for stem in stems for kind in kinds]
    flags = ["-I.", "--cpp_out=$(GENDIR)"]
    if grpc:
        flags += [
            "--grpc_out=$(GENDIR)",
            "--plugin=protoc-gen-grpc=$$(command -v grpc_cpp_plugin)",
        ]
    native.filegroup(
        name = name + "_files",
        srcs = srcs + [dep + "_files" for dep in deps],
        testonly = kwargs.get("testonly"),
        visibility = kwargs.get("visibility"),
    )
    native.genrule(
        name = name + "_sources",
        srcs = srcs + [dep + "_files" for dep in deps],
        outs = headers + sources,
        cmd = " ".join(["protoc"] + flags + ["$(locations %s)" % src for src in srcs]),
        message = "Generating C++ of",
        testonly = kwargs.get("testonly"),
    )
    cc_library(
        name = name,
        srcs = sources,
        hdrs = headers,
        deps = deps + ["@com_google_protobuf//:protobuf"] +
               (["@com_github_grpc_grpc//:grpc++"] if grpc else []),
        **kwargs
    )
