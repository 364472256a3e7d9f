import Compute
import Foundation

// The reading of audit files under load and under fire; see Benchmarks/audit-million and Benchmarks/audit-fuzz.
//
//   pactolus-audit-files generate DIRECTORY ROWS WIDTH   a file of pairs and one of embeddings, always the same
//   pactolus-audit-files read DIRECTORY                  reads both; time and peak memory as JSON
//   pactolus-audit-files fuzz INPUTS SEED                damaged files at every parser; stops at the first fault

let arguments = Array(CommandLine.arguments.dropFirst())

func number(_ index: Int) throws -> Int {
  guard index < arguments.count, let value = Int(arguments[index]), value >= 0 else {
    throw InputError("argument \(index + 1) is not a number", remedy: "generate DIR ROWS WIDTH, read DIR, fuzz N SEED")
  }
  return value
}

do {
  switch (arguments.first, arguments.count) {
  case ("generate", 4):
    try MillionPairs.generate(into: URL(fileURLWithPath: arguments[1]), rows: number(2), width: number(3))
  case ("read", 2): try MillionPairs.read(from: URL(fileURLWithPath: arguments[1]))
  case ("fuzz", 3): try ParserFuzz(seed: UInt64(number(2))).run(number(1))
  default: throw InputError("give generate DIRECTORY ROWS WIDTH, read DIRECTORY, or fuzz INPUTS SEED")
  }
} catch {
  FileHandle.standardError.write(Data("pactolus-audit-files: \(error)\n".utf8))
  exit(2)
}
