import Compute
import Foundation

// The reading of audit files under load; see Benchmarks/audit-million.
//
//   pactolus-audit-files generate DIRECTORY ROWS WIDTH   a file of pairs and one of embeddings, always the same
//   pactolus-audit-files read DIRECTORY                  reads both; time and peak memory as JSON
//   pactolus-audit-files audit DIRECTORY                 audits the pairs with every check; the same

let arguments = Array(CommandLine.arguments.dropFirst())

func number(_ index: Int) throws -> Int {
  guard index < arguments.count, let value = Int(arguments[index]), value >= 0 else {
    throw InputError("argument \(index + 1) is not a number", remedy: "generate DIR ROWS WIDTH, read DIR, audit DIR")
  }
  return value
}

do {
  switch (arguments.first, arguments.count) {
  case ("generate", 4):
    try MillionPairs.generate(into: URL(fileURLWithPath: arguments[1]), rows: number(2), width: number(3))
  case ("read", 2): try MillionPairs.read(from: URL(fileURLWithPath: arguments[1]))
  case ("audit", 2): try MillionPairs.audit(URL(fileURLWithPath: arguments[1]))
  default: throw InputError("give generate DIRECTORY ROWS WIDTH, read DIRECTORY or audit DIRECTORY")
  }
} catch {
  FileHandle.standardError.write(Data("pactolus-audit-files: \(error)\n".utf8))
  exit(2)
}
