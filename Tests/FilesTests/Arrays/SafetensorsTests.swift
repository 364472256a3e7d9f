import Compute
import Files
import Foundation
import Testing

@Suite("Safetensors")
struct SafetensorsTests {
  let example = SafetensorsFile(
    tensors: [
      .init("policy/weight", TypedArray([1.5, -2, .infinity, 0, 3, 4] as [Float], shape: [2, 3])),
      .init("count", TypedArray([7] as [Int], shape: [])),
      .init("mean \"π\"\n", TypedArray([0.1, 0.2] as [Double], shape: [2])),
      .init("empty", TypedArray([] as [Float], shape: [0, 4])),
      .init("flags", TypedArray(.bool, shape: [3], bytes: [0, 1, 1])),
    ], metadata: ["made by": "a test", "format": "pt"])

  @Test("what is written is read back, in canonical order")
  func roundTrip() throws {
    let data = try example.data()
    let read = try SafetensorsFile(Array(data))
    #expect(read.metadata == example.metadata)
    #expect(read.tensors.map(\.name) == ["count", "mean \"π\"\n", "empty", "policy/weight", "flags"])
    for tensor in example.tensors { #expect(try read.array(tensor.name) == tensor.array) }
    #expect(try read.data() == data)
    #expect(try read.floats("policy/weight", shape: [2, 3]) == [1.5, -2, .infinity, 0, 3, 4])
    #expect(try read.integers("count") == [7])
  }

  @Test("numbers begin at a multiple of eight bytes")
  func alignment() throws {
    let bytes = Array(try example.data())
    #expect(bytes[0] % 8 == 0)
    #expect(try Array(SafetensorsFile().data()).count == 16)
  }

  @Test("a file that is not there, a missing tensor, a wrong shape and a wrong type are told apart")
  func questions() throws {
    expectInputError("there is no such file") {
      try SafetensorsFile(contentsOf: URL(fileURLWithPath: "/nowhere/x.safetensors"))
    }
    expectInputError("did you mean policy/weight?") { try example.floats("policy/wieght") }
    expectInputError("has shape [2, 3], wanted [6]") { try example.floats("policy/weight", shape: [6]) }
    expectInputError("holds F32, wanted F64") { try example.doubles("policy/weight") }
  }

  @Test(
    "headers that break the format are refused with their place",
    arguments: [
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        4,
        "overlaps another"
      ),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "leaves a gap"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, "4 bytes belong to no tensor"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3, "truncated"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "does not fit the bytes 0 to 4"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "does not fit"),
      (
        #"{"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904,0],"data_offsets":[0,0]}}"#, 0,
        "does not fit"
      ),
      (#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#, 4, "dtype 'F16'"),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#,
        4,
        "names 'a' twice"
      ),
      (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "expected a whole number"),
      (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4, "expected ',' or ']'"),
      (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4, "expected a whole number"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"extra":1}}"#, 4, "unknown or repeated field 'extra'"),
      (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "lacks dtype"),
      (#"{"__metadata__":{"k":3}}"#, 0, "expected '\"'"),
      (#"{"__metadata__":{"k":"a","k":"b"}}"#, 0, "names 'k' twice"),
      (#"{"a\ud800":{}}"#, 0, "surrogate"),
      (#"{} x"#, 0, "more after the end"),
      (#"[]"#, 0, "expected '{'"),
      ("", 0, "expected '{'"),
    ])
  func brokenHeaders(header: String, dataBytes: Int, complaint: String) {
    let bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8)
    expectInputError(complaint) { try SafetensorsFile(bytes + [UInt8](repeating: 0, count: dataBytes)) }
  }

  @Test("a header length beyond the format's bound or the file is refused before anything is read")
  func hugeHeader() {
    expectInputError("the format allows 100000000") { try SafetensorsFile([UInt8](repeating: 0xFF, count: 64)) }
    expectInputError("claims 1000 bytes") { try SafetensorsFile([0xE8, 3, 0, 0, 0, 0, 0, 0, 0x7B]) }
    expectInputError("the header's length") { try SafetensorsFile([1, 2, 3]) }
  }

  @Test("two tensors of one name cannot be written")
  func duplicateNames() {
    let tensor = SafetensorsFile.Tensor("a", TypedArray([1] as [Float], shape: [1]))
    expectInputError("two tensors are called 'a'") { try SafetensorsFile(tensors: [tensor, tensor]).data() }
  }

  @Test(
    "Hugging Face's library reads what we write, and we read what it writes",
    .enabled(if: Python.has("safetensors.numpy"), "Python's safetensors is not installed"))
  func crossReading() throws {
    try withTemporaryFolder { folder in
      let ours = folder.appendingPathComponent("ours.safetensors")
      try example.write(to: ours)
      let printed = try Python.run(
        """
        import sys
        from safetensors import safe_open
        f = safe_open(sys.argv[1], 'numpy')
        print(f.metadata()['made by'], len(f.keys()), f.get_tensor('count').tolist())
        print(f.get_tensor('policy/weight').tolist(), f.get_tensor('mean "π"\\n').tolist())
        """, ours.path)
      #expect(printed == "a test 5 7\n[[1.5, -2.0, inf], [0.0, 3.0, 4.0]] [0.1, 0.2]\n")
      let theirs = folder.appendingPathComponent("theirs.safetensors")
      try Python.run(
        """
        import sys, numpy
        from safetensors.numpy import save_file
        tensors = {'b': numpy.arange(3, dtype='int64'), 'a': numpy.eye(2, dtype='float32')}
        save_file(tensors, sys.argv[1], {'k': 'v'})
        """, theirs.path)
      let read = try SafetensorsFile(contentsOf: theirs)
      #expect(read.metadata == ["k": "v"])
      #expect(try read.integers("b") == [0, 1, 2])
      #expect(try read.floats("a", shape: [2, 2]) == [1, 0, 0, 1])
      #expect(try Array(read.data()) == Array(Data(contentsOf: theirs)))
    }
  }

  @Test("no mutation of a valid file traps")
  func mutations() throws {
    let valid = Array(try example.data())
    let random = RandomSource(seed: 11)
    var refused = 0
    for trial in 0..<4000 {
      let mutated = mutate(valid, random: random, trial: trial)
      do { _ = try SafetensorsFile(mutated).data() } catch is InputError { refused += 1 }
    }
    #expect(refused > 1000)
  }
}

/// Expects an ``InputError`` whose sentence contains the text.
func expectInputError<Value>(
  _ text: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Value
) {
  do {
    _ = try body()
    Issue.record("no error, expected one with '\(text)'", sourceLocation: sourceLocation)
  } catch {
    #expect(
      error is InputError && String(describing: error).contains(text), "got: \(error)", sourceLocation: sourceLocation)
  }
}

/// A copy with a few bytes changed, or cut short, or with a piece repeated.
func mutate(_ bytes: [UInt8], random: RandomSource, trial: Int) -> [UInt8] {
  var stream = random.stream("mutation", trial)
  var result = bytes
  for _ in 0...stream.below(4) {
    guard !result.isEmpty else { break }
    let place = stream.below(result.count)
    switch stream.below(6) {
    case 0: result.removeSubrange(place...)
    case 1: result.insert(contentsOf: result[place..<min(result.count, place + 9)], at: place)
    case 2: result[place] = [0, 0xFF, 0x7F, 0x80, 0x22, 0x39][stream.below(6)]
    case 3: result.remove(at: place)
    default: result[place] ^= 1 << stream.below(8)
    }
  }
  return result
}
