/// JSON with one spelling for each value: sorted keys, no spaces, no escaped slashes, words for infinities and NaN.
///
/// Equal values give equal bytes, so that a replayed event can be compared with the one in the ledger.
package enum CanonicalJSON {
  package static func encode(_ value: some Encodable) throws -> String {
    String(decoding: try JSON.encode(value, .canonical), as: UTF8.self)
  }

  package static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
    try JSON.decode(type, from: text.utf8, nonFinite: .short)
  }
}
