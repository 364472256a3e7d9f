import Compute
import Foundation

/// Files of one JSON value a line: splitting them, decoding each with its line in errors, and writing them.
package enum LinesOfJSON {
  /// The most bytes of one line unless said otherwise: 64 MiB.
  package static let longestLine = 64 << 20

  /// Decodes every line that is not blank.
  ///
  /// - Throws: `InputError` at "file:line".
  package static func decode<Value: Decodable, Result>(
    _ bytes: [UInt8], place: String, as type: Value.Type, _ convert: (Value, String) throws -> Result
  ) throws -> [Result] {
    var results: [Result] = []
    var start = 0
    var number = 0
    while start < bytes.count {
      number += 1
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      let line = bytes[start..<end]
      let here = "\(place):\(number)"
      start = end + 1
      guard line.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else { continue }
      guard line.count <= longestLine else {
        throw InputError("a line of \(line.count) bytes; at most \(longestLine) are read", at: here)
      }
      guard JSONScanner.isUTF8(line.span) else {
        throw InputError("the line is not UTF-8 text", at: here, remedy: "save the file as UTF-8")
      }
      do {
        results.append(try convert(try JSONTree(bytes, in: line.indices).decode(type), here))
      } catch let fault as JSONTree.Fault {
        throw InputError(
          "this is not JSON, column \(fault.column): \(fault.reason)", at: here,
          remedy: "each line holds one JSON object")
      } catch let error as InputError {
        throw InputError(
          error.problem, at: [here, error.place].compactMap(\.self).joined(separator: ", "),
          remedy: error.remedy)
      } catch let error as DecodingError {
        throw Self.explained(error, at: here)
      }
    }
    return results
  }

  /// One line per value, keys sorted, floats in the fewest digits that read back to the same bits.
  ///
  /// - Throws: `InputError` for an infinite or undefined number, which JSON lacks.
  package static func encode(_ values: some Sequence<some Encodable>, what: String) throws -> Data {
    var data = Data()
    for (index, value) in values.enumerated() {
      do {
        data.append(try JSON.encode(value))
      } catch EncodingError.invalidValue(let number, let context) {
        throw InputError(
          "the number \(number) cannot be written in JSON",
          at: "\(what) \(index + 1)" + (context.codingPath.isEmpty ? "" : ", " + path(context.codingPath)),
          remedy: "leave it out, or use safetensors")
      }
      data.append(UInt8(ascii: "\n"))
    }
    return data
  }

  private static func explained(_ error: DecodingError, at here: String) -> InputError {
    switch error {
    case .keyNotFound(let key, let context):
      InputError("'\(key.stringValue)' is missing", at: place(here, context))
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      InputError(context.debugDescription.trimmingCharacters(in: ["."]), at: place(here, context))
    case .dataCorrupted(let context):
      InputError(context.debugDescription.trimmingCharacters(in: ["."]), at: place(here, context))
    @unknown default: InputError("the line cannot be read", at: here)
    }
  }

  private static func place(_ here: String, _ context: DecodingError.Context) -> String {
    context.codingPath.isEmpty ? here : here + ", " + path(context.codingPath)
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce("") { path, key in
      key.intValue.map { "\(path)[\($0)]" } ?? (path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)")
    }
  }
}

/// Any key: for refusing those that are not known.
package struct AnyKey: CodingKey {
  package var stringValue: String
  package var intValue: Int?

  package init(stringValue: String) { self.stringValue = stringValue }

  package init(intValue: Int) {
    self.intValue = intValue
    stringValue = String(intValue)
  }
}

extension Decoder {
  /// Refuses every key but these.
  package func allow(_ known: [String]) throws {
    for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
      throw InputError.unknown(
        "field", key.stringValue, among: known,
        at: codingPath.isEmpty ? nil : codingPath.map(\.stringValue).joined(separator: "."))
    }
  }
}
