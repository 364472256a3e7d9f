/// Numbers for keys that are hashes already: the first key gets 0, the next new one 1.
///
/// Open addressing in one array of keys and one of numbers, half full at most. Where a dictionary hashes each key and looks for it with
/// a seed of its own, this takes the key's upper bits; a million rows are numbered in a tenth of the time. Keys must be hashes:
/// others would fall into the same places.
package struct HashedKeys {
  private var keys: [UInt64]
  private var numbers: [Int32]
  private var shift: UInt64
  /// How many different keys there are.
  package private(set) var count = 0

  /// Room for so many keys before it has to grow.
  package init(capacity: Int = 16) {
    var bits: UInt64 = 5
    while 1 << bits < 2 * capacity { bits += 1 }
    shift = 64 - bits
    keys = [UInt64](repeating: 0, count: 1 << bits)
    numbers = [Int32](repeating: -1, count: 1 << bits)
  }

  @inline(__always)
  private func place(of key: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    while numbers[place] >= 0, keys[place] != key { place = (place + 1) & (keys.count - 1) }
    return place
  }

  /// The key's number; nil for one that was not added.
  @inline(__always)
  package func number(of key: UInt64) -> Int? {
    let number = numbers[place(of: key)]
    return number < 0 ? nil : Int(number)
  }

  /// The key's number, which is ``count`` before the call if the key is new.
  @inline(__always)
  package mutating func add(_ key: UInt64) -> Int {
    let found = place(of: key)
    guard numbers[found] < 0 else { return Int(numbers[found]) }
    if 2 * (count + 1) > keys.count {
      grow()
      return add(key)
    }
    keys[found] = key
    numbers[found] = Int32(count)
    count += 1
    return count - 1
  }

  private mutating func grow() {
    var larger = HashedKeys(capacity: keys.count)
    for (key, number) in zip(keys, numbers) where number >= 0 {
      let place = larger.place(of: key)
      larger.keys[place] = key
      larger.numbers[place] = number
    }
    larger.count = count
    self = larger
  }

  /// Hashes as one key.
  package static func key(_ first: UInt64, _ second: UInt64) -> UInt64 {
    TextAnalyzer.mix(TextAnalyzer.mix(first) &* 0xC4CE_B9FE_1A85_EC53 ^ second)
  }
}

extension HashedKeys {
  /// The rows of every key that more than one of them has: groups in the order of their first rows, rows in their own.
  package static func groups(of rows: [Int], by key: (Int) -> UInt64) -> [[Int]] {
    var keys = HashedKeys(capacity: rows.count)
    let numbers = rows.map { Int32(keys.add(key($0))) }
    var sizes = [Int32](repeating: 0, count: keys.count)
    for number in numbers { sizes[Int(number)] += 1 }
    var places = [Int32](repeating: -1, count: keys.count)
    var groups: [[Int]] = []
    for (row, number) in zip(rows, numbers) where sizes[Int(number)] > 1 {
      if places[Int(number)] < 0 {
        places[Int(number)] = Int32(groups.count)
        groups.append([])
      }
      groups[Int(places[Int(number)])].append(row)
    }
    return groups
  }
}
