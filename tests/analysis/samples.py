"""One small file per language, with what a reader would expect to be told of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """`public` are name, kind and signature of the public symbols in order; `hidden` the names of the others.

    `imports` are the targets as written. `reformatted` is the same program laid out and commented otherwise,
    `body` differs inside a function, `interface` in a public signature, `documented` in a public doc comment.
    """

    language: str
    source: str
    public: tuple[tuple[str, str, str], ...]
    hidden: tuple[str, ...]
    imports: tuple[str, ...]
    reformatted: str
    body: tuple[str, str]
    interface: tuple[str, str]
    documented: tuple[str, str]
    package: str = ""
    summary: str = ""


PYTHON = Sample(
    "python",
    '''"""Sends things.

More words.
"""
import os
from . import codec
from .codec import encode as enc

LIMIT: int = 10
_private = 1

class Sender(Base, metaclass=Meta):
    """A sender. It sends."""

    retries = 3

    def __init__(self, host: str, port=80, *, tls: bool = False) -> None:
        self.host = host

    async def send(self, data, /, *rest, **options) -> "Reply":
        """Send data to the host. Waits."""
        return enc(data)

    @property
    def url(self) -> str:
        return "x"

    @url.setter
    def url(self, value): ...

    @staticmethod
    def make(): ...

    def _hidden(self): ...

def helper(a, b=(1, 2)):
    return a

def _internal(): ...
''',
    (
        ("LIMIT", "constant", "LIMIT: int = 10"),
        ("Sender", "class", "class Sender(Base, metaclass=Meta)"),
        ("Sender.retries", "variable", "retries = 3"),
        ("Sender.__init__", "method", "def __init__(self, host: str, port=80, *, tls: bool = False) -> None"),
        ("Sender.send", "method", "async def send(self, data, /, *rest, **options) -> Reply"),
        ("Sender.url", "property", "def url(self) -> str"),
        ("Sender.make", "method", "@staticmethod def make()"),
        ("helper", "function", "def helper(a, b=(1, 2))"),
    ),
    ("_private", "Sender._hidden", "_internal"),
    ("os", "", "codec"),
    '''# A comment
"""Sends things.

   More words.
"""
import os
from . import (codec)
from .codec import (
    encode as enc,
)

LIMIT:int=10 # ten
_private = (1)

class Sender(
    Base,
    metaclass=Meta,
):
    """A sender.
    It sends."""

    retries = 3

    def __init__(self, host: str, port=80, *, tls: bool=False) -> None:
        # why
        self.host = host

    async def send(
        self, data, /, *rest, **options
    ) -> 'Reply':
        """Send data to the host.
        Waits."""
        return (enc(data))

    @property
    def url(self) -> str:
        return 'x'

    @url.setter
    def url(self, value): ...

    @staticmethod
    def make(): ...

    def _hidden(self): ...

def helper(a, b=(1, 2,)):
    return a

def _internal(): ...
''',
    ("return enc(data)", "return enc(data) + 1"),
    ("port=80", "port=81"),
    ("Send data to the host", "Deliver data to the host"),
    summary="Sends things.",
)

JAVASCRIPT = Sample(
    "javascript",
    """/** Sends things. */

import fs, { readFile } from 'fs';
import { encode } from "./codec.js";
export { decode } from './codec.js';

/** How many. */
export const LIMIT = 10;
const hidden = 1;

/** Sends data. Waits. */
export async function send(data, { retries = 3 } = {}) {
  return encode(data);
}

export class Sender extends Base {
  #secret = 1;
  host = 'x';
  /** Opens it. */
  static open(url) { return 1; }
  get url() { return this.host; }
}

export const twice = (x) => x * 2;
function helper() {}
export default Sender;
""",
    (
        ("LIMIT", "constant", "const LIMIT = 10"),
        ("send", "function", "async function send(data, { retries = 3 } = {})"),
        ("Sender", "class", "class Sender extends Base"),
        ("Sender.host", "property", "host = 'x'"),
        ("Sender.open", "method", "static open(url)"),
        ("Sender.url", "property", "get url()"),
        ("twice", "function", "const twice = (x)"),
    ),
    ("hidden", "Sender.#secret", "helper"),
    ("fs", "./codec.js", "./codec.js"),
    """/** Sends things. */

import fs, {readFile} from "fs"
import {encode} from './codec.js'
export { decode } from './codec.js'

// a remark
/** How many. */
export const LIMIT = 10
const hidden = 1

/** Sends data. Waits. */
export async function send(
  data,
  { retries = 3, } = {},
) {
  return encode(data) // why
}

export class Sender extends Base {
  #secret = 1
  host = "x"
  /** Opens it. */
  static open(url) {
    return 1
  }
  get url() {
    return this.host
  }
}

export const twice = (x) => x * 2
function helper() {}
export default Sender
""",
    ("return encode(data)", "return encode(data, 1)"),
    ("retries = 3", "retries = 4"),
    ("Sends data. Waits", "Delivers data. Waits"),
    summary="Sends things.",
)

TYPESCRIPT = Sample(
    "typescript",
    """import type { Reply } from "./reply";
export * from "./codec";

/** What a sender needs. */
export interface Options<T> {
  host: string;
  /** Tries again. */
  retry?(times: number): T;
}

export type Id = string | number;
export enum Level { Low, High = 2 }

export abstract class Sender implements Wire {
  private secret = 1;
  protected readonly level: Level = Level.Low;
  constructor(public host: string) { super(); }
  abstract open(): void;
  send<T>(data: T, times = 1): Promise<Reply> { return wire(data); }
}

export namespace wire { export function up(): void {} function down() {} }
declare const VERSION: string;
function helper(): void {}
""",
    (
        ("Options", "interface", "interface Options<T>"),
        ("Options.host", "property", "host: string"),
        ("Options.retry", "method", "retry?(times: number): T"),
        ("Id", "type", "type Id = string | number"),
        ("Level", "enum", "enum Level"),
        ("Level.Low", "constant", "Low"),
        ("Level.High", "constant", "High = 2"),
        ("Sender", "class", "abstract class Sender implements Wire"),
        ("Sender.constructor", "method", "constructor(public host: string)"),
        ("Sender.host", "property", "public host: string"),
        ("Sender.open", "method", "abstract open(): void"),
        ("Sender.send", "method", "send<T>(data: T, times = 1): Promise<Reply>"),
        ("wire", "module", "namespace wire"),
        ("wire.up", "function", "function up(): void"),
    ),
    ("Sender.secret", "Sender.level", "wire.down", "VERSION", "helper"),
    ("./reply", "./codec"),
    """import type { Reply } from './reply'
export * from './codec'

/** What a sender needs. */
export interface Options<T> {
  host: string
  /** Tries again. */
  retry?(times: number): T
}

export type Id = string | number
export enum Level {
  Low,
  High = 2,
}

export abstract class Sender implements Wire {
  private secret = 1
  protected readonly level: Level = Level.Low
  constructor(public host: string) {
    super()
  }
  abstract open(): void
  send<T>(data: T, times = 1): Promise<Reply> {
    // why
    return wire(data)
  }
}

export namespace wire {
  export function up(): void {}
  function down() {}
}
declare const VERSION: string
function helper(): void {}
""",
    ("return wire(data)", "return wire(data, 2)"),
    ("times = 1", "times = 2"),
    ("Tries again", "Tries once more"),
)

GO = Sample(
    "go",
    """// Package wire sends things.
package wire

import (
\t"fmt"
\tc "example.com/app/codec"
)

// Limit is how many.
const Limit, hidden = 10, 1

// Sender sends. It waits.
type Sender struct {
\tHost string `json:"host"`
\tport int
}

// Wire carries.
type Wire interface {
\tSend(data []byte) error
}

type Level int

// Send sends data. It waits.
func (s *Sender) Send(data []byte, rest ...int) (n int, err error) {
\treturn fmt.Print(c.Encode(data))
}

func New[T any](host string) *Sender { return nil }
func helper() {}
""",
    (
        ("Limit", "constant", "const Limit, hidden = 10, 1"),
        ("Sender", "struct", "type Sender struct"),
        ("Sender.Host", "property", 'Host string `json:"host"`'),
        ("Wire", "interface", "type Wire interface"),
        ("Wire.Send", "method", "Send(data []byte) error"),
        ("Level", "type", "type Level int"),
        ("Sender.Send", "method", "func (s *Sender) Send(data []byte, rest ...int) (n int, err error)"),
        ("New", "function", "func New[T any](host string) *Sender"),
    ),
    ("hidden", "helper"),
    ("fmt", "example.com/app/codec"),
    """// Package wire sends things.
package wire

import ( "fmt"; c "example.com/app/codec" )

// Limit is how many.
const Limit, hidden = 10, 1

// Sender sends. It waits.
type Sender struct {
    Host   string `json:"host"`
    port   int // the port
}

// Wire carries.
type Wire interface { Send(data []byte) error }

type Level int

// Send sends data. It waits.
func (s *Sender) Send(
    data []byte,
    rest ...int,
) (n int, err error) {
    /* why */
    return fmt.Print(c.Encode(data))
}

func New[T any](host string) *Sender {
    return nil
}
func helper() {}
""",
    ("c.Encode(data)", "c.Encode(data, 1)"),
    ("rest ...int", "rest ...string"),
    ("Send sends data", "Send delivers data"),
    package="wire",
    summary="Package wire sends things.",
)

RUST = Sample(
    "rust",
    """//! Sends things.
mod codec;
pub mod wire;
use crate::codec::{encode, Decoder as D};
pub use wire::Wire;

/// How many.
pub const LIMIT: usize = 10;

/// A sender. It sends.
#[derive(Debug)]
pub struct Sender<T> {
    /// The host.
    pub host: String,
    port: T,
}

pub enum Level { Low, High(u8) }

pub trait Carry {
    /// Carries.
    fn carry(&self, data: &[u8]) -> bool { true }
}

impl<T> Sender<T> {
    /// Sends data. Waits.
    pub async fn send(&mut self, data: &[u8]) -> Result<(), Error> { encode(data) }
    fn inner(&self) {}
}

impl<T> Carry for Sender<T> { fn carry(&self, data: &[u8]) -> bool { false } }

pub(crate) fn helper() {}

#[macro_export]
macro_rules! wire { ($x:expr) => { $x }; }

#[cfg(test)]
mod tests { fn check() {} }
""",
    (
        ("wire", "module", "pub mod wire"),
        ("LIMIT", "constant", "pub const LIMIT: usize = 10"),
        ("Sender", "struct", "pub struct Sender<T>"),
        ("Sender.host", "property", "pub host: String"),
        ("Level", "enum", "pub enum Level"),
        ("Level.Low", "constant", "Low"),
        ("Level.High", "constant", "High(u8)"),
        ("Carry", "trait", "pub trait Carry"),
        ("Carry.carry", "method", "fn carry(&self, data: &[u8]) -> bool"),
        ("Sender.send", "method", "pub async fn send(&mut self, data: &[u8]) -> Result<(), Error>"),
        ("wire", "macro", "macro_rules! wire"),
        ("Sender.impl", "trait", "impl Debug, Carry"),
    ),
    ("Sender.port", "Sender.inner", "Sender.carry", "helper"),
    ("codec", "wire", "crate::codec::encode", "crate::codec::Decoder", "wire::Wire"),
    """//! Sends things.
mod codec;
pub mod wire;
use crate::codec::{encode, Decoder as D};
pub use wire::Wire;

/// How many.
pub const LIMIT: usize = 10;

/// A sender. It sends.
#[derive(Debug)]
pub struct Sender<T>
{
    /// The host.
    pub host: String,
    port: T, // the port
}

pub enum Level {
    Low,
    High(u8),
}

pub trait Carry {
    /// Carries.
    fn carry(&self, data: &[u8]) -> bool {
        true
    }
}

impl<T> Sender<T> {
    /// Sends data. Waits.
    pub async fn send(
        &mut self,
        data: &[u8],
    ) -> Result<(), Error> {
        /* why */
        encode(data)
    }
    fn inner(&self) {}
}

impl<T> Carry for Sender<T> {
    fn carry(&self, data: &[u8]) -> bool {
        false
    }
}

pub(crate) fn helper() {}

#[macro_export]
macro_rules! wire { ($x:expr) => { $x }; }

#[cfg(test)]
mod tests {
    fn check() {}
}
""",
    ("encode(data)", "encode(data, 1)"),
    ("data: &[u8]) -> Result", "data: &[u16]) -> Result"),
    ("Sends data. Waits", "Delivers data. Waits"),
    summary="Sends things.",
)

JAVA = Sample(
    "java",
    """/* Copyright 2026 */
package com.example.wire;

import com.example.codec.*;
import static com.example.codec.Codec.encode;

/** A sender. It sends. */
public final class Sender<T> extends Base implements Wire {
    public static final int LIMIT = 10;
    private int port = 80;
    protected String host;

    public Sender(String host) { this.host = host; }

    /** Sends data. Waits. */
    @Override
    public <R> R send(final byte[] data, int... rest) throws WireException { return encode(data); }

    void inner() {}

    public enum Level { LOW, HIGH }
    interface Hidden { void run(); }
}

class Helper {}
""",
    (
        ("Sender", "class", "public final class Sender<T> extends Base implements Wire"),
        ("Sender.LIMIT", "constant", "public static final int LIMIT = 10"),
        ("Sender.host", "property", "protected String host"),
        ("Sender.Sender", "method", "public Sender(String host)"),
        ("Sender.send", "method", "public <R> R send(final byte[] data, int... rest) throws WireException"),
        ("Sender.Level", "enum", "public enum Level"),
        ("Sender.Level.LOW", "constant", "LOW"),
        ("Sender.Level.HIGH", "constant", "HIGH"),
    ),
    ("Sender.port", "Sender.inner", "Sender.Hidden", "Sender.Hidden.run", "Helper"),
    ("com.example.codec", "com.example.codec.Codec.encode"),
    """/* Copyright 2026 */
package com.example.wire;

import com.example.codec.*;
import static com.example.codec.Codec.encode;

/** A sender. It sends. */
public final class Sender<T>
    extends Base
    implements Wire
{
    public static final int LIMIT = 10;
    private int port = 80; // the port
    protected String host;

    public Sender(String host)
    {
        this.host = host;
    }

    /**
     * Sends data. Waits.
     */
    @Override
    public <R> R send(
        final byte[] data,
        int... rest
    ) throws WireException {
        return encode(data);
    }

    void inner() {}

    public enum Level {
        LOW,
        HIGH,
    }
    interface Hidden { void run(); }
}

class Helper {}
""",
    ("return encode(data)", "return encode(data, 1)"),
    ("int... rest", "long... rest"),
    ("Sends data. Waits", "Delivers data. Waits"),
    package="com.example.wire",
    summary="A sender. It sends.",
)

C = Sample(
    "c",
    """/* Sends things. */

#include <stdio.h>
#include "codec.h"

struct hidden { int port; };

/* How it went. */
int last_error = 0;

/* Sends data. Waits. */
int send_data(const char *data, size_t size) {
    return encode(data, size);
}

static int helper(void) { return 1; }
""",
    (
        ("last_error", "variable", "int last_error"),
        ("send_data", "function", "int send_data(const char *data, size_t size)"),
    ),
    ("hidden", "hidden.port", "helper"),
    ("stdio.h", "codec.h"),
    """/* Sends things. */

#include <stdio.h>
#include "codec.h"

struct hidden {
    int port;
};

// How it went.
int last_error = 0;

/* Sends data. Waits. */
int send_data(const char *data,
              size_t size)
{
    /* why */
    return encode(data, size);
}

static int helper(void) {
    return 1;
}
""",
    ("encode(data, size)", "encode(data, size + 1)"),
    ("size_t size", "int size"),
    ("Sends data. Waits", "Delivers data. Waits"),
    summary="Sends things.",
)

CPP = Sample(
    "cpp",
    """#pragma once
#include <string>
#include "wire/codec.h"
#define LIMIT 10

namespace wire {

/// A sender. It sends.
template <typename T>
class WIRE_EXPORT Sender : public Base {
 public:
  explicit Sender(std::string host) : host_(host) {}
  virtual ~Sender();
  /// Sends data. Waits.
  virtual bool send(const T& data, int times = 1) const = 0;
  enum Level { kLow, kHigh = 2 };

 private:
  void inner() GUARDED_BY(mutex_);
  std::string host_;
};

using Name = std::string;
int size(const Name& name);

namespace {
void helper() {}
}
}
""",
    (
        ("LIMIT", "macro", "#define LIMIT 10"),
        ("Sender", "class", "template <typename T> class Sender : public Base"),
        ("Sender.Sender", "method", "explicit Sender(std::string host)"),
        ("Sender.~Sender", "method", "virtual ~Sender()"),
        ("Sender.send", "method", "virtual bool send(const T& data, int times = 1) const = 0"),
        ("Sender.Level", "enum", "enum Level"),
        ("Sender.Level.kLow", "constant", "kLow"),
        ("Sender.Level.kHigh", "constant", "kHigh = 2"),
        ("Name", "type", "using Name = std::string"),
        ("size", "function", "int size(const Name& name)"),
    ),
    ("Sender.inner", "Sender.host_", "helper"),
    ("string", "wire/codec.h"),
    """#pragma once
#include <string>
#include "wire/codec.h"
#define LIMIT 10

namespace wire {

/// A sender. It sends.
template <typename T>
class WIRE_EXPORT Sender
    : public Base {
 public:
  explicit Sender(std::string host)
      : host_(host) {}
  virtual ~Sender();
  /// Sends data.
  /// Waits.
  virtual bool send(
      const T& data,
      int times = 1) const = 0;
  enum Level { kLow, kHigh = 2 };  // levels

 private:
  void inner() GUARDED_BY(mutex_);
  std::string host_;
};

using Name = std::string;
int size(const Name& name);

namespace {
void helper() {
}
}
}
""",
    ("void helper() {}", "void helper() { size(0); }"),
    ("int times = 1", "int times = 2"),
    ("Sends data. Waits", "Delivers data. Waits"),
    package="wire",
)

CSHARP = Sample(
    "csharp",
    """using System;
using Example.Codec;

namespace Example.Wire
{
    /// <summary>A sender. It <see cref="T:Example.Wire"/>s.</summary>
    [Serializable]
    public class Sender<T> : Base, IWire where T : class
    {
        public const int Limit = 10;
        private int port;

        public Sender(string host) { }

        /// <summary>Where to.</summary>
        public string Host { get; private set; }

        /// <summary>
        /// Sends data. Waits.
        /// </summary>
        public async Task<bool> Send(byte[] data, int times = 1) => await Encode(data);

        void Inner() { }
    }

    public enum Level { Low, High = 2 }
    public interface IWire { void Carry(); }
    internal class Helper { public void Run() { } }
}
""",
    (
        ("Sender", "class", "public class Sender<T> : Base, IWire where T : class"),
        ("Sender.Limit", "constant", "public const int Limit = 10"),
        ("Sender.Sender", "method", "public Sender(string host)"),
        ("Sender.Host", "property", "public string Host { get; private set; }"),
        ("Sender.Send", "method", "public async Task<bool> Send(byte[] data, int times = 1)"),
        ("Level", "enum", "public enum Level"),
        ("Level.Low", "constant", "Low"),
        ("Level.High", "constant", "High = 2"),
        ("IWire", "interface", "public interface IWire"),
        ("IWire.Carry", "method", "void Carry()"),
    ),
    ("Sender.port", "Sender.Inner", "Helper", "Helper.Run"),
    ("System", "Example.Codec"),
    """using System;
using Example.Codec;

namespace Example.Wire
{
    /// <summary>A sender. It <see cref="T:Example.Wire"/>s.</summary>
    [Serializable]
    public class Sender<T>
        : Base, IWire
        where T : class
    {
        public const int Limit = 10;
        private int port; // the port

        public Sender(string host)
        {
        }

        /// <summary>Where to.</summary>
        public string Host
        {
            get;
            private set;
        }

        /// <summary>Sends data. Waits.</summary>
        public async Task<bool> Send(
            byte[] data,
            int times = 1)
            => await Encode(data);

        void Inner() { }
    }

    public enum Level { Low, High = 2 }
    public interface IWire
    {
        void Carry();
    }
    internal class Helper { public void Run() { } }
}
""",
    ("await Encode(data)", "await Encode(data, 1)"),
    ("int times = 1", "int times = 2"),
    ("Sends data. Waits", "Delivers data. Waits"),
    package="Example.Wire",
    summary="A sender. It `Example.Wire`s.",
)

RUBY = Sample(
    "ruby",
    """# frozen_string_literal: true

require "json"
require_relative "codec"

module Wire
  LIMIT = 10

  # A sender. It sends.
  class Sender < Base
    attr_reader :host

    def initialize(host, port: 80)
      @host = host
    end

    # Sends data. Waits.
    def send_data(data, *rest, &block)
      Codec.encode(data)
    end

    def self.open(url) = new(url)

    class << self
      def close; end
    end

    private

    def inner; end
  end

  class Hidden; end
  private_constant :Hidden
end
""",
    (
        ("Wire", "module", "module Wire"),
        ("Wire.LIMIT", "constant", "LIMIT = 10"),
        ("Wire.Sender", "class", "class Sender < Base"),
        ("Wire.Sender.host", "property", "attr_reader :host"),
        ("Wire.Sender.initialize", "method", "def initialize(host, port: 80)"),
        ("Wire.Sender.send_data", "method", "def send_data(data, *rest, &block)"),
        ("Wire.Sender.open", "method", "def self.open(url)"),
        ("Wire.Sender.close", "method", "def self.close"),
    ),
    ("Wire.Sender.inner", "Wire.Hidden"),
    ("json", "codec"),
    """# frozen_string_literal: true

require 'json'
require_relative 'codec'

module Wire
  LIMIT = 10

  # A sender. It sends.
  class Sender < Base
    attr_reader :host

    def initialize(host, port: 80)
        @host = host # where it goes
    end

    # Sends data.
    # Waits.
    def send_data(data, *rest, &block)

      Codec.encode(data)
    end

    def self.open(url) = new(url)

    class << self
      def close; end
    end

    private

    def inner; end
  end

  class Hidden; end
  private_constant :Hidden
end
""",
    ("Codec.encode(data)", "Codec.encode(data, 1)"),
    ("port: 80", "port: 81"),
    ("Sends data. Waits", "Delivers data. Waits"),
    summary="A sender. It sends.",
)

PHP = Sample(
    "php",
    """<?php
/* Copyright 2026 */
namespace Example\\Wire;

use Example\\Codec\\{Encoder, Decoder as D};
use function Example\\Codec\\encode;

const LIMIT = 10;

/**
 * A sender. It sends.
 */
#[Final]
abstract class Sender extends Base implements Wire
{
    public const LEVEL = 'low';
    private $port = 80;
    public ?string $host = null;

    public function __construct(private int $size = 1) {}

    /**
     * Sends data. Waits.
     *
     * @param string $data
     */
    public function send(string $data, ...$rest): ?Reply
    {
        return encode($data);
    }

    protected function inner() {}
}

function helper(array $x = []): void {}
""",
    (
        ("LIMIT", "constant", "const LIMIT = 10"),
        ("Sender", "class", "abstract class Sender extends Base implements Wire"),
        ("Sender.LEVEL", "constant", "const LEVEL = 'low'"),
        ("Sender.host", "property", "public ?string $host"),
        ("Sender.__construct", "method", "public function __construct(private int $size = 1)"),
        ("Sender.send", "method", "public function send(string $data, ...$rest): ?Reply"),
        ("helper", "function", "function helper(array $x = []): void"),
    ),
    ("Sender.port", "Sender.size", "Sender.inner"),
    ("Example\\Codec\\Encoder", "Example\\Codec\\Decoder", "Example\\Codec\\encode"),
    """<?php
/* Copyright 2026 */
namespace Example\\Wire;

use Example\\Codec\\{
    Encoder,
    Decoder as D
};
use function Example\\Codec\\encode;

const LIMIT = 10;

/**
 * A sender. It sends.
 */
#[Final]
abstract class Sender extends Base implements Wire {
    public const LEVEL = "low";
    private $port = 80; // the port
    public ?string $host = null;

    public function __construct(
        private int $size = 1,
    ) {}

    /** Sends data. Waits. */
    public function send(string $data, ...$rest): ?Reply {
        # why
        return encode($data);
    }

    protected function inner() {}
}

function helper(array $x = []): void {}
""",
    ("return encode($data)", "return encode($data, 1)"),
    ("...$rest", "string ...$rest"),
    ("Sends data. Waits", "Delivers data. Waits"),
    package="Example\\Wire",
    summary="A sender. It sends.",
)

KOTLIN = Sample(
    "kotlin",
    """package com.example.wire

import com.example.codec.encode
import com.example.io.*

/** How many. */
const val LIMIT = 10

/** A sender. It sends. */
@Serializable
open class Sender<T>(val host: String, private val port: Int = 80) : Base(), Wire {
    /** Sends data. Waits. */
    override suspend fun send(data: T, times: Int = 1): Reply = encode(data)

    internal fun inner() {}

    companion object {
        fun open(url: String): Sender<Int> = TODO()
    }
}

enum class Level { LOW, HIGH }
interface Wire { fun carry() }
fun String.wired(): String { return this }
private fun helper() {}
""",
    (
        ("LIMIT", "constant", "const val LIMIT = 10"),
        (
            "Sender",
            "class",
            "open class Sender<T>(val host: String, private val port: Int = 80) : Base(), Wire",
        ),
        ("Sender.host", "property", "val host: String"),
        ("Sender.send", "method", "override suspend fun send(data: T, times: Int = 1): Reply"),
        ("Sender.Companion", "class", "companion object"),
        ("Sender.open", "method", "fun open(url: String): Sender<Int>"),
        ("Level", "enum", "enum class Level"),
        ("Level.LOW", "constant", "LOW"),
        ("Level.HIGH", "constant", "HIGH"),
        ("Wire", "interface", "interface Wire"),
        ("Wire.carry", "method", "fun carry()"),
        ("wired", "function", "fun String.wired(): String"),
    ),
    ("Sender.port", "Sender.inner", "helper"),
    ("com.example.codec.encode", "com.example.io"),
    """package com.example.wire

import com.example.codec.encode
import com.example.io.*

/** How many. */
const val LIMIT = 10

/** A sender. It sends. */
@Serializable
open class Sender<T>(
    val host: String,
    private val port: Int = 80,
) : Base(), Wire {
    /**
     * Sends data. Waits.
     */
    override suspend fun send(
        data: T,
        times: Int = 1,
    ): Reply = encode(data)

    internal fun inner() {
        // nothing
    }

    companion object {
        fun open(url: String): Sender<Int> = TODO()
    }
}

enum class Level {
    LOW,
    HIGH,
}
interface Wire { fun carry() }
fun String.wired(): String {
    return this
}
private fun helper() {}
""",
    ("= encode(data)", "= encode(data, 1)"),
    ("times: Int = 1", "times: Int = 2"),
    ("Sends data. Waits", "Delivers data. Waits"),
    package="com.example.wire",
    summary="A sender. It sends.",
)

SWIFT = Sample(
    "swift",
    """import Foundation
import struct Wire.Codec

/// A sender. It sends.
@available(macOS 13, *)
public struct Sender<T: Sendable>: Carrier {
    /// How many.
    public static let limit = 10
    public var host: String, port: Int
    var secret = 1

    public init(host: String, port: Int = 80) {
        self.host = host
    }

    /// Sends data to the host. Waits.
    public func send(_ data: Data, times: Int = 1) async throws -> Reply {
        return encode(data)
    }

    func inner() {}
}

public protocol Carrier: AnyObject {
    var size: Int { get }
    func carry()
}

public enum Level: Equatable {
    case low, high(Int)
}

public extension Sender {
    subscript(index: Int) -> Int { index }
    private func own() {}
}

extension Sender: Wired where T: Codable {
    public func wired() -> T? { nil }
}

public typealias Callback = (Reply) -> Void
func helper() {}
""",
    (
        ("Sender", "struct", "public struct Sender<T: Sendable>: Carrier"),
        ("Sender.limit", "constant", "public static let limit = 10"),
        ("Sender.host", "property", "public var host: String"),
        ("Sender.port", "property", "public var port: Int"),
        ("Sender.init", "method", "public init(host: String, port: Int = 80)"),
        ("Sender.send", "method", "public func send(_ data: Data, times: Int = 1) async throws -> Reply"),
        ("Carrier", "interface", "public protocol Carrier: AnyObject"),
        ("Carrier.size", "property", "var size: Int { get }"),
        ("Carrier.carry", "method", "func carry()"),
        ("Level", "enum", "public enum Level: Equatable"),
        ("Level.low", "constant", "case low"),
        ("Level.high", "constant", "case high(Int)"),
        ("Sender.subscript", "method", "subscript(index: Int) -> Int"),
        ("Sender.wired", "method", "public func wired() -> T?"),
        ("Callback", "type", "public typealias Callback = (Reply) -> Void"),
    ),
    ("Sender.secret", "Sender.inner", "Sender.own", "helper"),
    ("Foundation", "Wire"),
    """import Foundation
import struct Wire.Codec

/// A sender. It sends.
@available(macOS 13, *)
public struct Sender<T: Sendable>: Carrier
{
    /// How many.
    public static let limit = 10
    public var host: String, port: Int // the port
    var secret = 1

    public init(
        host: String,
        port: Int = 80
    ) {
        self.host = host
    }

    /**
     Sends data to the host. Waits.
     */
    public func send(
        _ data: Data,
        times: Int = 1
    ) async throws -> Reply {
        /* why */
        return encode(data)
    }

    func inner() {
    }
}

public protocol Carrier: AnyObject {
    var size: Int { get }
    func carry()
}

public enum Level: Equatable {
    case low,
         high(Int)
}

public extension Sender {
    subscript(index: Int) -> Int {
        index
    }
    private func own() {}
}

extension Sender: Wired
where T: Codable {
    public func wired() -> T? {
        nil
    }
}

public typealias Callback = (Reply) -> Void
func helper() {}
""",
    ("encode(data)", "encode(data, 1)"),
    ("times: Int = 1", "times: Int = 2"),
    ("Sends data to the host. Waits", "Delivers data to the host. Waits"),
    summary="A sender. It sends.",
)

SCALA = Sample(
    "scala",
    """package com.example
package wire

import scala.collection.{immutable, mutable => m}
import com.example.codec._

/** A sender. It sends. */
@deprecated("old", "1")
final class Sender[+T](val host: String, private val port: Int = 80)(implicit codec: Codec) extends Base(host) {

  /** Sends data to the host. Waits. */
  def send(data: Data, times: Int = 1): Reply = encode(data)

  protected def reply: Reply = last
  private[wire] def inner(): Unit = ()
  val size = data.length
  type Id = Int
}

object Sender {
  val Limit = 10
  implicit def show[A]: Show[Sender[A]] = Show.from(_.host)
  def apply(host: String): Sender[Nothing] = new Sender(host)
}

trait Carrier { def carry(data: Data): Boolean }
case class Box(width: Int, height: Int = 2) extends Carrier
enum Level:
  case Low, High
  case Other(size: Int)
given ordering: Ordering[Level] = Ordering.by(_.ordinal)
extension (s: String) def wired: String = s
private object Helper
""",
    (
        (
            "Sender",
            "class",
            (
                "final class Sender[+T](val host: String, private val port: Int = 80)(implicit codec: Codec)"
                " extends Base(host)"
            ),
        ),
        ("Sender.host", "property", "val host: String"),
        ("Sender.send", "method", "def send(data: Data, times: Int = 1): Reply"),
        ("Sender.reply", "method", "protected def reply: Reply"),
        ("Sender.size", "property", "val size"),
        ("Sender.Id", "type", "type Id = Int"),
        ("Sender", "module", "object Sender"),
        ("Sender.Limit", "constant", "val Limit = 10"),
        ("Sender.show", "method", "implicit def show[A]: Show[Sender[A]]"),
        ("Sender.apply", "method", "def apply(host: String): Sender[Nothing]"),
        ("Carrier", "trait", "trait Carrier"),
        ("Carrier.carry", "method", "def carry(data: Data): Boolean"),
        ("Box", "class", "case class Box(width: Int, height: Int = 2) extends Carrier"),
        ("Box.width", "property", "width: Int"),
        ("Box.height", "property", "height: Int = 2"),
        ("Level", "enum", "enum Level"),
        ("Level.Low", "constant", "case Low"),
        ("Level.High", "constant", "case High"),
        ("Level.Other", "constant", "case Other(size: Int)"),
        ("ordering", "variable", "given ordering: Ordering[Level]"),
        ("wired", "function", "extension (s: String) def wired: String"),
    ),
    ("Sender.port", "Sender.inner", "Helper"),
    ("com.example", "scala.collection.immutable", "scala.collection.mutable", "com.example.codec"),
    """package com.example
package wire

import scala.collection.{
  immutable,
  mutable => m
}
import com.example.codec._

/** A sender. It sends. */
@deprecated("old", "1")
final class Sender[+T](
    val host: String,
    private val port: Int = 80 // the port
)(implicit codec: Codec)
    extends Base(host) {

  /**
   * Sends data to the host. Waits.
   */
  def send(
      data: Data,
      times: Int = 1
  ): Reply = encode(data)

  protected def reply: Reply = last
  private[wire] def inner(): Unit = ()

  // as long as what it holds
  val size = data.length
  type Id = Int
}

object Sender {
  val Limit = 10
  implicit def show[A]: Show[Sender[A]] = Show.from(_.host)
  def apply(host: String): Sender[Nothing] = new Sender(host)
}

trait Carrier {
  def carry(data: Data): Boolean
}
case class Box(width: Int, height: Int = 2) extends Carrier
enum Level:
  case Low, High
  case Other(size: Int)
given ordering: Ordering[Level] = Ordering.by(_.ordinal)
extension (s: String) def wired: String = s
private object Helper
""",
    ("= encode(data)", "= decode(data)"),
    ("times: Int = 1", "times: Int = 2"),
    ("Sends data to the host. Waits", "Delivers data to the host. Waits"),
    package="com.example.wire",
    summary="A sender. It sends.",
)

SAMPLES = (PYTHON, JAVASCRIPT, TYPESCRIPT, GO, RUST, JAVA, C, CPP, CSHARP, RUBY, PHP, KOTLIN, SWIFT, SCALA)
