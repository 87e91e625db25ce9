// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The same two roles as relay.cc has, with OpenTelemetry's own instrumentation
// of gRPC for Go, and its SDK.
//
//	go_peer serve                            until its input ends
//	go_peer call TARGET [HEADER=VALUE ...]   as an HTTP request with these headers
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// What generated code would call the service with.
func pass(_ any, ctx context.Context, decode func(any) error,
	_ grpc.UnaryServerInterceptor) (any, error) {
	text := new(wrapperspb.StringValue)
	if err := decode(text); err != nil {
		return nil, err
	}
	tenant := baggage.FromContext(ctx).Member("tenant").Value()
	trace.SpanFromContext(ctx).SetAttributes(attribute.String("e2e.tenant", tenant))
	return text, nil
}

func serve() error {
	server := grpc.NewServer(grpc.StatsHandler(otelgrpc.NewServerHandler()))
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "e2e.Relay",
		Methods:     []grpc.MethodDesc{{MethodName: "Pass", Handler: pass}},
	}, nil)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("listening on", listener.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		server.GracefulStop()
	}()
	return server.Serve(listener)
}

func call(ctx context.Context, target string) error {
	connection, err := grpc.NewClient(target,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithStatsHandler(otelgrpc.NewClientHandler()))
	if err != nil {
		return err
	}
	defer connection.Close()
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		reply := new(wrapperspb.StringValue)
		err := connection.Invoke(ctx, "/e2e.Relay/Pass", wrapperspb.String(lines.Text()), reply)
		if err != nil {
			return err
		}
		fmt.Println(reply.Value)
	}
	return nil
}

func run(ctx context.Context, arguments []string) error {
	exporter, err := otlptracegrpc.New(ctx)
	if err != nil {
		return err
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter))
	defer provider.Shutdown(ctx)
	otel.SetTracerProvider(provider)
	propagator := propagation.NewCompositeTextMapPropagator(
		propagation.TraceContext{}, propagation.Baggage{})
	otel.SetTextMapPropagator(propagator)
	if arguments[0] == "serve" {
		return serve()
	}
	headers := propagation.MapCarrier{}
	for _, header := range arguments[2:] {
		key, value, _ := strings.Cut(header, "=")
		headers[key] = value
	}
	return call(propagator.Extract(ctx, headers), arguments[1])
}

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}
