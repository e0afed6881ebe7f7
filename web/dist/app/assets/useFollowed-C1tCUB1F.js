import{_ as e,b as t}from"./words-BPgP0IWb.js";import{X as n}from"./client-D4qO3wIF.js";import{i as r,n as i}from"./live-Dhu8dkvW.js";var a=t(e(),1),o=250,s=n(`
  subscription AnyMatchingChange {
    matchingChanges {
      integration {
        id
      }
      organizationCounts {
        total
        mapped
        suggested
      }
      sequence
    }
  }
`);function c(e){let t=(0,a.useRef)(e);(0,a.useEffect)(()=>{t.current=e}),(0,a.useEffect)(()=>{let e=!1,n,a=t.current(!0),c=()=>{clearTimeout(n),n=setTimeout(()=>{a=a.then(()=>e?void 0:t.current(!1))},o)},l=[i(c),r(s,async()=>({}),c)];return()=>{e=!0,clearTimeout(n);for(let e of l)e()}},[])}export{c as t};