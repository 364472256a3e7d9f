extension PageStyle {
  /// Problems with their advice, shares side by side, and rows to read.
  static let reading = """
    .worst{list-style:none;margin:16px 0 0;padding:0;display:grid;grid-template-columns:minmax(0,1fr);gap:12px}
    .verdict .worst>li{display:flex;gap:12px;align-items:flex-start;padding:14px 16px;background:var(--card);
    border:1px solid var(--line);border-left:4px solid var(--v);border-radius:10px;font-size:16px}
    .verdict .worst>li>.mark-sign{top:3px;font-size:13px}
    .worst div{min-width:0}
    .worst p{margin:2px 0 0;font-size:15px;color:var(--soft)}
    .advice{margin:6px 0 0!important;color:var(--ink)!important}
    .advice code{display:block;margin-top:6px;padding:6px 10px;background:var(--paper);border:1px solid var(--line);
    border-radius:7px;color:var(--ink);white-space:pre;overflow-x:auto}
    .shares ol{list-style:none;margin:8px 0 0;padding:0}
    .shares li{display:grid;grid-template-columns:minmax(0,17em) minmax(120px,1fr) 20em;gap:4px 18px;align-items:center;
    padding:6px 0;border-top:1px solid var(--grid);font-size:14px}
    .shares .legend li{display:flex;padding:0;border:0}
    .shares .what{overflow-wrap:break-word}
    .shares .says{color:var(--soft);font-variant-numeric:tabular-nums}
    .shares .says b{color:var(--ink)}
    .shares .outside .what,.shares .outside .says b{color:var(--fails);font-weight:600}
    .track{position:relative;height:18px;background:linear-gradient(var(--line),var(--line)) center/100% 1px no-repeat}
    .track i{position:absolute;top:0;bottom:0}
    .track .half{width:0;border-left:1px dashed var(--neutral)}
    .track .may,.key-band{background:var(--neutral);opacity:.22;border-radius:4px}
    .track .from{top:8px;bottom:8px;background:var(--neutral)}
    .track .dot,.track .diamond{top:4px;bottom:4px;width:10px;margin-left:-5px;background:var(--s);
    border:1px solid var(--card)}
    .track .dot{border-radius:50%}
    .track .diamond,.key-diamond{transform:rotate(45deg)}
    .key-diamond{width:8px;height:8px}
    .track .from.s-truth{top:7px;bottom:7px;background:var(--s);opacity:.45;border-radius:2px}
    .key-half{width:0;height:14px;background:none;border-left:1px dashed var(--neutral)}
    .charts+.shares,.shares+.shares{margin-top:20px}
    .charts>.chart:only-child:not(.wide){max-width:560px}
    .key-band{width:18px;height:11px;background:var(--neutral)}
    .example{margin:8px 0;padding:10px 14px;background:var(--card);border:1px solid var(--line);border-radius:10px}
    .example summary{cursor:pointer;font-size:15px}
    .example summary code{margin-right:8px;color:var(--ink);font-weight:600;overflow-wrap:break-word}
    .replies{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));gap:0 20px}
    .reply{min-width:0}
    .reply h4{margin:12px 0 2px}
    .reply h4 b{color:var(--ink);margin-left:6px;font-variant-numeric:tabular-nums}
    .reply p{margin:0;font-size:14px;white-space:pre-wrap;overflow-wrap:break-word;max-height:26em;overflow:auto}
    .reply mark{background:color-mix(in srgb,var(--prediction) 28%,transparent);color:inherit;border-radius:3px;
    text-decoration:underline;text-decoration-color:var(--prediction);text-underline-offset:3px}
    @media (max-width:640px){.shares li{grid-template-columns:1fr}.verdict .worst>li{padding:12px}}
    @media print{.reply p{max-height:none}.shares li{break-inside:avoid}}

    """
}
