import{_ as e,b as t,t as n}from"./words-BPgP0IWb.js";var r=t(e(),1),i={NAME:`Name`,DOCUMENT:`Document`,OPERATION_DEFINITION:`OperationDefinition`,VARIABLE_DEFINITION:`VariableDefinition`,SELECTION_SET:`SelectionSet`,FIELD:`Field`,ARGUMENT:`Argument`,FRAGMENT_SPREAD:`FragmentSpread`,INLINE_FRAGMENT:`InlineFragment`,FRAGMENT_DEFINITION:`FragmentDefinition`,VARIABLE:`Variable`,INT:`IntValue`,FLOAT:`FloatValue`,STRING:`StringValue`,BOOLEAN:`BooleanValue`,NULL:`NullValue`,ENUM:`EnumValue`,LIST:`ListValue`,OBJECT:`ObjectValue`,OBJECT_FIELD:`ObjectField`,DIRECTIVE:`Directive`,NAMED_TYPE:`NamedType`,LIST_TYPE:`ListType`,NON_NULL_TYPE:`NonNullType`},a=class extends Error{constructor(e,t,n,r,i,a,o){super(e),this.name=`GraphQLError`,this.message=e,i&&(this.path=i),t&&(this.nodes=Array.isArray(t)?t:[t]),n&&(this.source=n),r&&(this.positions=r),a&&(this.originalError=a);var s=o;if(!s&&a){var c=a.extensions;c&&typeof c==`object`&&(s=c)}this.extensions=s||{}}toJSON(){return{...this,message:this.message}}toString(){return this.message}get[Symbol.toStringTag](){return`GraphQLError`}},o,s;function c(e){return new a(`Syntax Error: Unexpected token at ${s} in ${e}`)}function l(e){if(e.lastIndex=s,e.test(o))return o.slice(s,s=e.lastIndex)}var u=/ +(?=[^\s])/y;function d(e){for(var t=e.split(`
`),n=``,r=0,i=0,a=t.length-1,o=0;o<t.length;o++)u.lastIndex=0,u.test(t[o])&&(o&&(!r||u.lastIndex<r)&&(r=u.lastIndex),i||=o,a=o);for(var s=i;s<=a;s++)s!==i&&(n+=`
`),n+=t[s].slice(r).replace(/\\"""/g,`"""`);return n}function f(){for(var e=0|o.charCodeAt(s++);e===9||e===10||e===13||e===32||e===35||e===44||e===65279;e=0|o.charCodeAt(s++))if(e===35)for(;(e=0|o.charCodeAt(s++))&&e!==10&&e!==13;);s--}function p(){for(var e=s,t=0|o.charCodeAt(s++);t>=48&&t<=57||t>=65&&t<=90||t===95||t>=97&&t<=122;t=0|o.charCodeAt(s++));if(e===s-1)throw c(`Name`);var n=o.slice(e,--s);return f(),n}function m(){return{kind:`Name`,value:p()}}var h=/(?:"""|(?:[\s\S]*?[^\\])""")/y,g=/(?:(?:\.\d+)?[eE][+-]?\d+|\.\d+)/y;function _(e){var t;switch(o.charCodeAt(s)){case 91:s++,f();for(var n=[];o.charCodeAt(s)!==93;)n.push(_(e));return s++,f(),{kind:`ListValue`,values:n};case 123:s++,f();for(var r=[];o.charCodeAt(s)!==125;){var i=m();if(o.charCodeAt(s++)!==58)throw c(`ObjectField`);f(),r.push({kind:`ObjectField`,name:i,value:_(e)})}return s++,f(),{kind:`ObjectValue`,fields:r};case 36:if(e)throw c(`Variable`);return s++,{kind:`Variable`,name:m()};case 34:if(o.charCodeAt(s+1)===34&&o.charCodeAt(s+2)===34){if(s+=3,(t=l(h))==null)throw c(`StringValue`);return f(),{kind:`StringValue`,value:d(t.slice(0,-3)),block:!0}}var a=s,u;s++;var v=!1;for(u=0|o.charCodeAt(s++);u===92&&(s++,v=!0)||u!==10&&u!==13&&u!==34&&u;u=0|o.charCodeAt(s++));if(u!==34)throw c(`StringValue`);return t=o.slice(a,s),f(),{kind:`StringValue`,value:v?JSON.parse(t):t.slice(1,-1),block:!1};case 45:case 48:case 49:case 50:case 51:case 52:case 53:case 54:case 55:case 56:case 57:for(var y=s++,b;(b=0|o.charCodeAt(s++))>=48&&b<=57;);var x=o.slice(y,--s);if((b=o.charCodeAt(s))===46||b===69||b===101){if((t=l(g))==null)throw c(`FloatValue`);return f(),{kind:`FloatValue`,value:x+t}}return f(),{kind:`IntValue`,value:x};case 110:if(o.charCodeAt(s+1)===117&&o.charCodeAt(s+2)===108&&o.charCodeAt(s+3)===108)return s+=4,f(),{kind:`NullValue`};break;case 116:if(o.charCodeAt(s+1)===114&&o.charCodeAt(s+2)===117&&o.charCodeAt(s+3)===101)return s+=4,f(),{kind:`BooleanValue`,value:!0};break;case 102:if(o.charCodeAt(s+1)===97&&o.charCodeAt(s+2)===108&&o.charCodeAt(s+3)===115&&o.charCodeAt(s+4)===101)return s+=5,f(),{kind:`BooleanValue`,value:!1}}return{kind:`EnumValue`,value:p()}}function v(e){if(o.charCodeAt(s)===40){var t=[];s++,f();do{var n=m();if(o.charCodeAt(s++)!==58)throw c(`Argument`);f(),t.push({kind:`Argument`,name:n,value:_(e)})}while(o.charCodeAt(s)!==41);return s++,f(),t}}function y(e){if(o.charCodeAt(s)===64){var t=[];do s++,t.push({kind:`Directive`,name:m(),arguments:v(e)});while(o.charCodeAt(s)===64);return t}}function b(){for(var e=0;o.charCodeAt(s)===91;)e++,s++,f();var t={kind:`NamedType`,name:m()};do if(o.charCodeAt(s)===33&&(s++,f(),t={kind:`NonNullType`,type:t}),e){if(o.charCodeAt(s++)!==93)throw c(`NamedType`);f(),t={kind:`ListType`,type:t}}while(e--);return t}function x(){if(o.charCodeAt(s++)!==123)throw c(`SelectionSet`);return f(),S()}function S(){var e=[];do if(o.charCodeAt(s)===46){if(o.charCodeAt(++s)!==46||o.charCodeAt(++s)!==46)throw c(`SelectionSet`);switch(s++,f(),o.charCodeAt(s)){case 64:e.push({kind:`InlineFragment`,typeCondition:void 0,directives:y(!1),selectionSet:x()});break;case 111:o.charCodeAt(s+1)===110?(s+=2,f(),e.push({kind:`InlineFragment`,typeCondition:{kind:`NamedType`,name:m()},directives:y(!1),selectionSet:x()})):e.push({kind:`FragmentSpread`,name:m(),directives:y(!1)});break;case 123:s++,f(),e.push({kind:`InlineFragment`,typeCondition:void 0,directives:void 0,selectionSet:S()});break;default:e.push({kind:`FragmentSpread`,name:m(),directives:y(!1)})}}else{var t=m(),n=void 0;o.charCodeAt(s)===58&&(s++,f(),n=t,t=m());var r=v(!1),i=y(!1),a=void 0;o.charCodeAt(s)===123&&(s++,f(),a=S()),e.push({kind:`Field`,alias:n,name:t,arguments:r,directives:i,selectionSet:a})}while(o.charCodeAt(s)!==125);return s++,f(),{kind:`SelectionSet`,selections:e}}function C(){if(f(),o.charCodeAt(s)===40){var e=[];s++,f();do{var t=void 0;if(o.charCodeAt(s)===34&&(t=_(!0)),o.charCodeAt(s++)!==36)throw c(`Variable`);var n=m();if(o.charCodeAt(s++)!==58)throw c(`VariableDefinition`);f();var r=b(),i=void 0;o.charCodeAt(s)===61&&(s++,f(),i=_(!0)),f();var a={kind:`VariableDefinition`,variable:{kind:`Variable`,name:n},type:r,defaultValue:i,directives:y(!0)};t&&(a.description=t),e.push(a)}while(o.charCodeAt(s)!==41);return s++,f(),e}}function w(e){var t=m();if(o.charCodeAt(s++)!==111||o.charCodeAt(s++)!==110)throw c(`FragmentDefinition`);f();var n={kind:`FragmentDefinition`,name:t,typeCondition:{kind:`NamedType`,name:m()},directives:y(!1),selectionSet:x()};return e&&(n.description=e),n}function T(){var e=[];do{var t=void 0;if(o.charCodeAt(s)===34&&(t=_(!0)),o.charCodeAt(s)===123){if(t)throw c(`Document`);s++,f(),e.push({kind:`OperationDefinition`,operation:`query`,name:void 0,variableDefinitions:void 0,directives:void 0,selectionSet:S()})}else{var n=p();switch(n){case`fragment`:e.push(w(t));break;case`query`:case`mutation`:case`subscription`:var r,i=void 0;(r=o.charCodeAt(s))!==40&&r!==64&&r!==123&&(i=m());var a={kind:`OperationDefinition`,operation:n,name:i,variableDefinitions:C(),directives:y(!1),selectionSet:x()};t&&(a.description=t),e.push(a);break;default:throw c(`Document`)}}}while(s<o.length);return e}function E(e,t){return o=e.body?e.body:e,s=0,f(),t&&t.noLocation?{kind:`Document`,definitions:T()}:{kind:`Document`,definitions:T(),loc:{start:0,end:o.length,startToken:void 0,endToken:void 0,source:{body:o,name:`graphql.web`,locationOffset:{line:1,column:1}}}}}function D(e,t,n){for(var r=``,i=0;i<e.length;i++)i&&(r+=t),r+=n(e[i]);return r}function ee(e){return JSON.stringify(e)}function te(e){return`"""
`+e.replace(/"""/g,`\\"""`)+`
"""`}var O=`
`,k={OperationDefinition(e){var t=``;e.description&&(t+=k.StringValue(e.description)+`
`),t+=e.operation,e.name&&(t+=` `+e.name.value),e.variableDefinitions&&e.variableDefinitions.length&&(e.name||(t+=` `),t+=`(`+D(e.variableDefinitions,`, `,k.VariableDefinition)+`)`),e.directives&&e.directives.length&&(t+=` `+D(e.directives,` `,k.Directive));var n=k.SelectionSet(e.selectionSet);return t===`query`?n:t+` `+n},VariableDefinition(e){var t=``;return e.description&&(t+=k.StringValue(e.description)+` `),t+=k.Variable(e.variable)+`: `+A(e.type),e.defaultValue&&(t+=` = `+A(e.defaultValue)),e.directives&&e.directives.length&&(t+=` `+D(e.directives,` `,k.Directive)),t},Field(e){var t=e.alias?e.alias.value+`: `+e.name.value:e.name.value;if(e.arguments&&e.arguments.length){var n=D(e.arguments,`, `,k.Argument);t.length+n.length+2>80?t+=`(`+(O+=`  `)+D(e.arguments,O,k.Argument)+(O=O.slice(0,-2))+`)`:t+=`(`+n+`)`}return e.directives&&e.directives.length&&(t+=` `+D(e.directives,` `,k.Directive)),e.selectionSet&&e.selectionSet.selections.length&&(t+=` `+k.SelectionSet(e.selectionSet)),t},StringValue(e){return e.block?te(e.value).replace(/\n/g,O):ee(e.value)},BooleanValue:e=>``+e.value,NullValue:e=>`null`,IntValue:e=>e.value,FloatValue:e=>e.value,EnumValue:e=>e.value,Name:e=>e.value,Variable:e=>`$`+e.name.value,ListValue:e=>`[`+D(e.values,`, `,A)+`]`,ObjectValue:e=>`{`+D(e.fields,`, `,k.ObjectField)+`}`,ObjectField:e=>e.name.value+`: `+A(e.value),Document(e){return!e.definitions||!e.definitions.length?``:D(e.definitions,`

`,A)},SelectionSet:e=>`{`+(O+=`  `)+D(e.selections,O,A)+(O=O.slice(0,-2))+`}`,Argument:e=>e.name.value+`: `+A(e.value),FragmentSpread(e){var t=`...`+e.name.value;return e.directives&&e.directives.length&&(t+=` `+D(e.directives,` `,k.Directive)),t},InlineFragment(e){var t=`...`;return e.typeCondition&&(t+=` on `+e.typeCondition.name.value),e.directives&&e.directives.length&&(t+=` `+D(e.directives,` `,k.Directive)),t+=` `+k.SelectionSet(e.selectionSet)},FragmentDefinition(e){var t=``;return e.description&&(t+=k.StringValue(e.description)+`
`),t+=`fragment `+e.name.value,t+=` on `+e.typeCondition.name.value,e.directives&&e.directives.length&&(t+=` `+D(e.directives,` `,k.Directive)),t+` `+k.SelectionSet(e.selectionSet)},Directive(e){var t=`@`+e.name.value;return e.arguments&&e.arguments.length&&(t+=`(`+D(e.arguments,`, `,k.Argument)+`)`),t},NamedType:e=>e.name.value,ListType:e=>`[`+A(e.type)+`]`,NonNullType:e=>A(e.type)+`!`},A=e=>k[e.kind](e);function ne(e){return O=`
`,k[e.kind]?k[e.kind](e):``}function re(e,t){switch(e.kind){case`NullValue`:return null;case`IntValue`:return parseInt(e.value,10);case`FloatValue`:return parseFloat(e.value);case`StringValue`:case`EnumValue`:case`BooleanValue`:return e.value;case`ListValue`:for(var n=[],r=0,i=e.values.length;r<i;r++)n.push(re(e.values[r],t));return n;case`ObjectValue`:for(var a=Object.create(null),o=0,s=e.fields.length;o<s;o++){var c=e.fields[o];a[c.name.value]=re(c.value,t)}return a;case`Variable`:return t&&t[e.name.value]}}var ie=()=>{},j=ie;function M(e){return{tag:0,0:e}}function ae(e){return{tag:1,0:e}}var oe=()=>typeof Symbol==`function`&&Symbol.asyncIterator||`@@asyncIterator`,se=e=>e;function N(e){return t=>n=>{var r=j;t((t=>{t===0?n(0):t.tag===0?(r=t[0],n(t)):e(t[0])?n(t):r(0)}))}}function ce(e){return t=>n=>t((t=>{t===0||t.tag===0?n(t):n(ae(e(t[0])))}))}function le(e){return t=>n=>{var r=[],i=j,a=!1,o=!1;t((t=>{o||(t===0?(o=!0,r.length||n(0)):t.tag===0?i=t[0]:(a=!1,(function(e){var t=j;e((e=>{if(e===0){if(r.length){var s=r.indexOf(t);s>-1&&(r=r.slice()).splice(s,1),r.length||(o?n(0):a||(a=!0,i(0)))}}else e.tag===0?(r.push(t=e[0]),t(0)):r.length&&(n(e),t(0))}))})(e(t[0])),a||(a=!0,i(0))))})),n(M((e=>{if(e===1){o||(o=!0,i(1));for(var t=0,n=r,s=r.length;t<s;t++)n[t](1);r.length=0}else{!o&&!a?(a=!0,i(0)):a=!1;for(var c=0,l=r,u=r.length;c<u;c++)l[c](0)}})))}}function ue(e){return le(se)(e)}function de(e){return ue(Ce(e))}function fe(e){return t=>n=>{var r=!1;t((t=>{if(!r){if(t===0)r=!0,n(0),e();else if(t.tag===0){var i=t[0];n(M((t=>{t===1?(r=!0,i(1),e()):i(t)})))}else n(t)}}))}}function pe(e){return t=>n=>{var r=!1;t((t=>{if(!r){if(t===0)r=!0,n(0);else if(t.tag===0){var i=t[0];n(M((e=>{e===1&&(r=!0),i(e)})))}else e(t[0]),n(t)}}))}}function me(e){return t=>n=>t((t=>{t===0?n(0):t.tag===0?(n(t),e()):n(t)}))}function he(e){var t=[],n=j,r=!1;return i=>{t.push(i),t.length===1&&e((e=>{if(e===0){for(var i=0,a=t,o=t.length;i<o;i++)a[i](0);t.length=0}else if(e.tag===0)n=e[0];else{r=!1;for(var s=0,c=t,l=t.length;s<l;s++)c[s](e)}})),i(M((e=>{if(e===1){var a=t.indexOf(i);a>-1&&(t=t.slice()).splice(a,1),t.length||n(1)}else r||(r=!0,n(0))})))}}function ge(e){return t=>n=>{var r=j,i=j,a=!1,o=!1,s=!1,c=!1;t((t=>{c||(t===0?(c=!0,s||n(0)):t.tag===0?r=t[0]:(s&&(i(1),i=j),a?a=!1:(a=!0,r(0)),(function(e){s=!0,e((e=>{s&&(e===0?(s=!1,c?n(0):a||(a=!0,r(0))):e.tag===0?(o=!1,(i=e[0])(0)):(n(e),o?o=!1:i(0)))}))})(e(t[0]))))})),n(M((e=>{e===1?(c||(c=!0,r(1)),s&&(s=!1,i(1))):(!c&&!a&&(a=!0,r(0)),s&&!o&&(o=!0,i(0)))})))}}function _e(e){return t=>n=>{var r=j,i=!1,a=0;t((t=>{i||(t===0?(i=!0,n(0)):t.tag===0?e<=0?(i=!0,n(0),t[0](1)):r=t[0]:a++<e?(n(t),!i&&a>=e&&(i=!0,n(0),r(1))):n(t))})),n(M((t=>{t===1&&!i?(i=!0,r(1)):t===0&&!i&&a<e&&r(0)})))}}function ve(e){return t=>n=>{var r=j,i=j,a=!1;t((t=>{a||(t===0?(a=!0,i(1),n(0)):t.tag===0?(r=t[0],e((e=>{e===0||(e.tag===0?(i=e[0])(0):(a=!0,i(1),r(1),n(0)))}))):n(t))})),n(M((e=>{e===1&&!a?(a=!0,r(1),i(1)):a||r(0)})))}}function ye(e,t){return n=>r=>{var i=j,a=!1;n((n=>{a||(n===0?(a=!0,r(0)):n.tag===0?(i=n[0],r(n)):e(n[0])?r(n):(a=!0,t&&r(n),r(0),i(1)))}))}}function be(e){return t=>e()(t)}function xe(e){return t=>{var n=e[oe()]&&e[oe()]()||e,r=!1,i=!1,a=!1,o;t(M((async e=>{if(e===1)r=!0,n.return&&n.return();else if(i)a=!0;else{for(a=i=!0;a&&!r;)if((o=await n.next()).done)r=!0,n.return&&await n.return(),t(0);else try{a=!1,t(ae(o.value))}catch(e){if(n.throw)(r=!!(await n.throw(e)).done)&&t(0);else throw e}i=!1}})))}}function Se(e){return e[oe()]?xe(e):t=>{var n=e[Symbol.iterator](),r=!1,i=!1,a=!1,o;t(M((e=>{if(e===1)r=!0,n.return&&n.return();else if(i)a=!0;else{for(a=i=!0;a&&!r;)if((o=n.next()).done)r=!0,n.return&&n.return(),t(0);else try{a=!1,t(ae(o.value))}catch(e){if(n.throw)(r=!!n.throw(e).done)&&t(0);else throw e}i=!1}})))}}var Ce=Se;function we(e){return t=>{var n=!1;t(M((r=>{r===1?n=!0:n||(n=!0,t(ae(e)),t(0))})))}}function Te(e){return t=>{var n=!1,r=e({next(e){n||t(ae(e))},complete(){n||(n=!0,t(0))}});t(M((e=>{e===1&&!n&&(n=!0,r())})))}}function Ee(){var e,t;return{source:he(Te((n=>(e=n.next,t=n.complete,ie)))),next(t){e&&e(t)},complete(){t&&t()}}}var De=e=>{var t=!1;e(M((n=>{n===1?t=!0:t||(t=!0,e(0))})))};function Oe(e){return t=>{var n=j,r=!1;return t((t=>{t===0?r=!0:t.tag===0?(n=t[0])(0):r||(e(t[0]),n(0))})),{unsubscribe(){r||(r=!0,n(1))}}}}function ke(e){Oe((e=>{}))(e)}function Ae(e){return new Promise((t=>{var n=j,r;e((e=>{e===0?Promise.resolve(r).then(t):e.tag===0?(n=e[0])(0):(r=e[0],n(0))}))}))}var je=(...e)=>{for(var t=e[0],n=1,r=e.length;n<r;n++)t=e[n](t);return t},Me=e=>e&&typeof e.message==`string`&&(e.extensions||e.name===`GraphQLError`)?e:typeof e==`object`&&typeof e.message==`string`?new a(e.message,e.nodes,e.source,e.positions,e.path,e,e.extensions||{}):new a(e),Ne=class extends Error{constructor(e){var t=(e.graphQLErrors||[]).map(Me),n=((e,t)=>{var n=``;if(e)return`[Network] ${e.message}`;if(t)for(var r=0,i=t.length;r<i;r++)n&&(n+=`
`),n+=`[GraphQL] ${t[r].message}`;return n})(e.networkError,t);super(n),this.name=`CombinedError`,this.message=n,this.graphQLErrors=t,this.networkError=e.networkError,this.response=e.response}toString(){return this.message}},Pe=(e,t)=>{for(var n=0|(t||5381),r=0,i=0|e.length;r<i;r++)n=(n<<5)+n+e.charCodeAt(r);return n},P=new Set,Fe=new WeakMap,Ie=(e,t)=>{if(e===null||P.has(e))return`null`;if(typeof e!=`object`)return JSON.stringify(e)||``;if(e.toJSON)return Ie(e.toJSON(),t);if(Array.isArray(e)){for(var n=`[`,r=0,i=e.length;r<i;r++)n.length>1&&(n+=`,`),n+=Ie(e[r],t)||`null`;return n+=`]`}if(!t&&(ze!==Re&&e instanceof ze||Be!==Re&&e instanceof Be))return`null`;var a=Object.keys(e).sort();if(!a.length&&e.constructor&&Object.getPrototypeOf(e).constructor!==Object.prototype.constructor){var o=Fe.get(e)||Math.random().toString(36).slice(2);return Fe.set(e,o),Ie({__key:o},t)}P.add(e);for(var s=`{`,c=0,l=a.length;c<l;c++){var u=Ie(e[a[c]],t);u&&(s.length>1&&(s+=`,`),s+=Ie(a[c],t)+`:`+u)}return P.delete(e),s+=`}`},Le=(e,t,n)=>{if(!(typeof n!=`object`||!n||n.toJSON||P.has(n))){if(Array.isArray(n))for(var r=0,i=n.length;r<i;r++)Le(e,`${t}.${r}`,n[r]);else if(n instanceof ze||n instanceof Be)e.set(t,n);else for(var a in P.add(n),n)Le(e,`${t}.${a}`,n[a])}},F=(e,t)=>(P.clear(),Ie(e,t||!1)),Re=class{},ze=typeof File<`u`?File:Re,Be=typeof Blob<`u`?Blob:Re,Ve=/("{3}[\s\S]*"{3}|"(?:\\.|[^"])*")/g,He=/(?:#[^\n\r]+)?(?:[\r\n]+|$)/g,Ue=(e,t)=>t%2==0?e.replace(He,`
`):e,We=e=>e.split(Ve).map(Ue).join(``).trim(),Ge=new Map,Ke=new Map,qe=e=>{var t;return typeof e==`string`?t=We(e):e.loc&&Ke.get(e.__key)===e?t=e.loc.source.body:(t=Ge.get(e)||We(ne(e)),Ge.set(e,t)),typeof e!=`string`&&!e.loc&&(e.loc={start:0,end:t.length,source:{body:t,name:`gql`,locationOffset:{line:1,column:1}}}),t},Je=e=>{var t;if(e.documentId)t=Pe(e.documentId);else if(t=Pe(qe(e)),e.definitions){var n=Ze(e);n&&(t=Pe(`\n# ${n}`,t))}return t},Ye=e=>{var t,n;return typeof e==`string`?(t=Je(e),n=Ke.get(t)||E(e,{noLocation:!0})):(t=e.__key||Je(e),n=Ke.get(t)||e),n.loc||qe(n),n.__key=t,Ke.set(t,n),n},Xe=(e,t,n)=>{var r=t||{},i=Ye(e),a=F(r,!0),o=i.__key;return a!==`{}`&&(o=Pe(a,o)),{key:o,query:i,variables:r,extensions:n}},Ze=e=>{for(var t=0,n=e.definitions.length;t<n;t++){var r=e.definitions[t];if(r.kind===i.OPERATION_DEFINITION)return r.name?r.name.value:void 0}},Qe=(e,t,n)=>{var r=t.payload||t;if(!(`data`in r||`errors`in r&&Array.isArray(r.errors)))throw Error(`No Content`);var i=e.kind===`subscription`;return{operation:e,data:r.data,error:Array.isArray(r.errors)?new Ne({graphQLErrors:r.errors,response:n}):void 0,extensions:r.extensions?{...r.extensions}:void 0,hasNext:t.hasNext==null?i:t.hasNext,stale:!1}},$e=(e,t)=>{if(typeof e==`object`&&e){if(Array.isArray(e)){e=[...e];for(var n=0,r=t.length;n<r;n++)e[n]=$e(e[n],t[n]);return e}if(!e.constructor||e.constructor===Object){for(var i in e={...e},t)e[i]=$e(e[i],t[i]);return e}}return t},et=(e,t,n,r)=>{var i=e.error?e.error.graphQLErrors:[],a=!!e.extensions||!!(t.payload||t).extensions,o={...e.extensions,...(t.payload||t).extensions},s=t.incremental;`path`in t&&(s=[t]);var c={data:e.data};if(s)for(var l=function(){var e=s[u];Array.isArray(e.errors)&&i.push(...e.errors),e.extensions&&(Object.assign(o,e.extensions),a=!0);var t=`data`,n=c,l=[];if(e.path)l=e.path;else if(r){var d=r.find((t=>t.id===e.id));l=e.subPath?[...d.path,...e.subPath]:d.path}for(var f=0,p=l.length;f<p;t=l[f++])n=n[t]=Array.isArray(n[t])?[...n[t]]:{...n[t]};if(e.items)for(var m=+t>=0?t:0,h=0,g=e.items.length;h<g;h++)n[m+h]=$e(n[m+h],e.items[h]);else e.data!==void 0&&(n[t]=$e(n[t],e.data))},u=0,d=s.length;u<d;u++)l();else c.data=(t.payload||t).data||e.data,i=t.errors||t.payload&&t.payload.errors||i;return{operation:e.operation,data:c.data,error:i.length?new Ne({graphQLErrors:i,response:n}):void 0,extensions:a?o:void 0,hasNext:t.hasNext==null?e.hasNext:t.hasNext,stale:!1}},tt=(e,t,n)=>({operation:e,data:void 0,error:new Ne({networkError:t,response:n}),extensions:void 0,hasNext:!1,stale:!1});function nt(e){var t={query:void 0,documentId:void 0,operationName:Ze(e.query),variables:e.variables||void 0,extensions:e.extensions};return`documentId`in e.query&&e.query.documentId&&(!e.query.definitions||!e.query.definitions.length)?t.documentId=e.query.documentId:e.extensions&&e.extensions.persistedQuery&&!e.extensions.persistedQuery.miss||(t.query=qe(e.query)),t}var rt=(e,t)=>{var n=e.kind===`query`&&e.context.preferGetMethod;if(!n||!t)return e.context.url;var r=it(e.context.url);for(var i in t){var a=t[i];a&&r[1].set(i,typeof a==`object`?F(a):a)}var o=r.join(`?`);return o.length>2047&&n!==`force`?(e.context.preferGetMethod=!1,e.context.url):o},it=e=>{var t=e.indexOf(`?`);return t>-1?[e.slice(0,t),new URLSearchParams(e.slice(t+1))]:[e,new URLSearchParams]},at=(e,t)=>{if(t&&!(e.kind===`query`&&e.context.preferGetMethod)){var n=F(t),r=(e=>{var t=new Map;return(ze!==Re||Be!==Re)&&(P.clear(),Le(t,`variables`,e)),t})(t.variables);if(r.size){var i=new FormData;i.append(`operations`,n),i.append(`map`,F({...[...r.keys()].map((e=>[e]))}));var a=0;for(var o of r.values())i.append(``+a++,o);return i}return n}},ot=(e,t)=>{var n={accept:e.kind===`subscription`?`text/event-stream, multipart/mixed`:`application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed`},r=(typeof e.context.fetchOptions==`function`?e.context.fetchOptions():e.context.fetchOptions)||{};if(r.headers){if((e=>`has`in e&&!Object.keys(e).length)(r.headers))r.headers.forEach(((e,t)=>{n[t]=e}));else if(Array.isArray(r.headers))r.headers.forEach(((e,t)=>{Array.isArray(e)?n[e[0]]?n[e[0]]=`${n[e[0]]},${e[1]}`:n[e[0]]=e[1]:n[t]=e}));else for(var i in r.headers)n[i.toLowerCase()]=r.headers[i]}var a=at(e,t);return typeof a==`string`&&!n[`content-type`]&&(n[`content-type`]=`application/json`),{...r,method:a?`POST`:`GET`,body:a,headers:n}},st=/boundary="?([^=";]+)"?/i,ct=/data: ?([^\n]+)/;async function*lt(e){if(e.body[Symbol.asyncIterator])for await(var t of e.body)yield t;else{var n=e.body.getReader(),r;try{for(;!(r=await n.read()).done;)yield r.value}finally{n.cancel()}}}async function*ut(e,t){var n=typeof TextDecoder<`u`?new TextDecoder:null,r=``,i;for await(var a of e)for(r+=a.constructor.name===`Buffer`?a.toString():n.decode(a,{stream:!0});(i=r.indexOf(t))>-1;)yield r.slice(0,i),r=r.slice(i+t.length)}async function*dt(e,t,n){var r=!0,i=null,a;try{yield await Promise.resolve();var o=(a=await(e.context.fetch||fetch)(t,n)).headers.get(`Content-Type`)||``,s=/multipart\/mixed/i.test(o)?async function*(e,t){var n=e.match(st),r=`--`+(n?n[1]:`-`),i=!0,a;for await(var o of ut(lt(t),`\r
`+r)){if(i){i=!1;var s=o.indexOf(r);if(s>-1)o=o.slice(s+r.length);else continue}try{yield a=JSON.parse(o.slice(o.indexOf(`\r
\r
`)+4))}catch(e){if(!a)throw e}if(a&&!1===a.hasNext)break}a&&!1!==a.hasNext&&(yield{hasNext:!1})}(o,a):/text\/event-stream/i.test(o)?async function*(e){var t;for await(var n of ut(lt(e),`

`)){var r=n.match(ct);if(r){var i=r[1];try{yield t=JSON.parse(i)}catch(e){if(!t)throw e}if(t&&!1===t.hasNext)break}}t&&!1!==t.hasNext&&(yield{hasNext:!1})}(a):/text\//i.test(o)?async function*(e){var t=await e.text();try{yield JSON.parse(t)}catch{throw Error(t)}}(a):async function*(e){yield JSON.parse(await e.text())}(a),c;for await(var l of s)l.pending&&!i?c=l.pending:l.pending&&(c=[...c,...l.pending]),i=i?et(i,l,a,c):Qe(e,l,a),r=!1,yield i,r=!0;i||(yield i=Qe(e,{},a))}catch(t){if(!r)throw t;yield tt(e,a&&(a.status<200||a.status>=300)&&a.statusText?Error(a.statusText):t,a)}}function ft(e,t,n){var r;return typeof AbortController<`u`&&(n.signal=(r=new AbortController).signal),fe((()=>{r&&r.abort()}))(N((e=>!!e))(xe(dt(e,t,n))))}var pt=e=>{if(`definitions`in e){for(var t=[],n=0,r=e.definitions.length;n<r;n++){var a=pt(e.definitions[n]);t.push(a)}return{...e,definitions:t}}if(`directives`in e&&e.directives&&e.directives.length){for(var o=[],s={},c=0,l=e.directives.length;c<l;c++){var u=e.directives[c],d=u.name.value;d[0]===`_`?d=d.slice(1):o.push(u),s[d]=u}e={...e,directives:o,_directives:s}}if(`selectionSet`in e){var f=[],p=e.kind===i.OPERATION_DEFINITION;if(e.selectionSet){for(var m=0,h=e.selectionSet.selections.length;m<h;m++){var g=e.selectionSet.selections[m];p||=g.kind===i.FIELD&&g.name.value===`__typename`&&!g.alias;var _=pt(g);f.push(_)}return p||f.push({kind:i.FIELD,name:{kind:i.NAME,value:`__typename`},_generated:!0}),{...e,selectionSet:{...e.selectionSet,selections:f}}}}return e},mt=new Map,ht=e=>{var t=Ye(e),n=mt.get(t.__key);return n||(mt.set(t.__key,n=pt(t)),Object.defineProperty(n,"__key",{value:t.__key,enumerable:!1})),n};function gt(e){var t=t=>e(t);return t.toPromise=()=>Ae(_e(1)(N((e=>!e.stale&&!e.hasNext))(t))),t.then=(e,n)=>t.toPromise().then(e,n),t.subscribe=e=>Oe(e)(t),t}function I(e,t,n){return{...t,kind:e,context:t.context?{...t.context,...n}:n||t.context}}var _t=()=>{},vt=({forwardSubscription:e,enableAllOperations:t,isSubscriptionOperation:n})=>({client:r,forward:i})=>{var a=n||(e=>e.kind===`subscription`||!!t&&(e.kind===`query`||e.kind===`mutation`));return t=>de([le((n=>{var{key:i}=n;return ve(N((e=>e.kind===`teardown`&&e.key===i))(t))((t=>{var n=e(nt(t),t);return Te((e=>{var i=!1,a,o;function s(n){e.next(o=o?et(o,n):Qe(t,n))}return Promise.resolve().then((()=>{i||(a=n.subscribe({next:s,error(n){Array.isArray(n)?s({errors:n}):e.next(tt(t,n)),e.complete()},complete(){i||(i=!0,o&&o.hasNext?s({hasNext:!1}):t.kind===`subscription`&&r.reexecuteOperation(I(`teardown`,t,t.context)),e.complete())}}))})),()=>{i=!0,a&&a.unsubscribe()}}))})(n))}))(N((e=>e.kind!==`teardown`&&a(e)))(t)),i(N((e=>e.kind===`teardown`||!a(e)))(t))])},yt=({forward:e,dispatchDebug:t})=>t=>de([le((e=>{var n=nt(e),r=rt(e,n),i=ot(e,n);return ve(N((t=>t.kind===`teardown`&&t.key===e.key))(t))(ft(e,r,i))}))(N((e=>e.kind!==`teardown`&&(e.kind!==`subscription`||!!e.context.fetchSubscriptions)))(t)),e(N((e=>e.kind===`teardown`||e.kind===`subscription`&&!e.context.fetchSubscriptions))(t))]),bt=e=>({client:t,forward:n,dispatchDebug:r})=>e.reduceRight(((e,n)=>n({client:t,forward(t){return he(e(he(t)))},dispatchDebug(e){}})),n),xt=({dispatchDebug:e})=>e=>N((e=>!1))(e),St=function e(t){var n=0,r=new Map,i=new Map,a=new Set,o=[],s={url:t.url,fetchSubscriptions:t.fetchSubscriptions,fetchOptions:t.fetchOptions,fetch:t.fetch,preferGetMethod:t.preferGetMethod==null?`within-url-limit`:t.preferGetMethod,requestPolicy:t.requestPolicy||`cache-first`},c=Ee();function l(e){e.kind!==`mutation`&&e.kind!==`teardown`&&a.has(e.key)||(e.kind===`teardown`?a.delete(e.key):e.kind!==`mutation`&&a.add(e.key),c.next(e))}var u=!1;function d(e){if(e&&l(e),!u){for(u=!0;u&&(e=o.shift());)l(e);u=!1}}var f=e=>{var t=ve(N((t=>t.kind===`teardown`&&t.key===e.key))(c.source))(N((t=>t.operation.kind===e.kind&&t.operation.key===e.key&&(!t.operation.context._instance||t.operation.context._instance===e.context._instance)))(g));return t=e.kind===`query`?ge((t=>{var n=we(t);return t.stale||t.hasNext?n:de([n,ce((()=>(t.stale=!0,t)))(_e(1)(N((t=>t.key===e.key))(c.source)))])}))(t):ye((e=>!!e.hasNext),!0)(t),t=e.kind===`mutation`?me((()=>{l(e)}))(t):fe((()=>{a.delete(e.key),r.delete(e.key),i.delete(e.key),u=!1;for(var t=o.length-1;t>=0;t--)o[t].key===e.key&&o.splice(t,1);l(I(`teardown`,e,e.context))}))(pe((t=>{if(t.stale){if(!t.hasNext)a.delete(e.key);else for(var n=0;n<o.length;n++){var i=o[n];if(i.key===t.operation.key){a.delete(i.key);break}}}else t.hasNext||a.delete(e.key);r.set(e.key,t)}))(t)),he(t)},p=this instanceof e?this:Object.create(e.prototype),m=Object.assign(p,{suspense:!!t.suspense,operations$:c.source,reexecuteOperation(e){if(e.kind===`teardown`)d(e);else if(e.kind===`mutation`)o.push(e),Promise.resolve().then(d);else if(i.has(e.key)){for(var t=!1,n=0;n<o.length;n++)o[n].key===e.key&&(o[n]=e,t=!0);t||a.has(e.key)&&e.context.requestPolicy!==`network-only`?(a.delete(e.key),Promise.resolve().then(d)):(o.push(e),Promise.resolve().then(d))}},createRequestOperation(e,t,r){return r||={},I(e,t,{_instance:e===`mutation`?n=n+1|0:void 0,...s,...r,requestPolicy:r.requestPolicy||s.requestPolicy,suspense:r.suspense||!1!==r.suspense&&m.suspense})},executeRequestOperation(e){return e.kind===`mutation`?gt(f(e)):gt(be((()=>{var t=i.get(e.key);t||i.set(e.key,t=f(e)),t=me((()=>{d(e)}))(t);var n=r.get(e.key);return e.kind===`query`&&n&&(n.stale||n.hasNext)?ge(we)(de([t,N((t=>t===r.get(e.key)))(we(n))])):t})))},executeQuery(e,t){var n=m.createRequestOperation(`query`,e,t);return m.executeRequestOperation(n)},executeSubscription(e,t){var n=m.createRequestOperation(`subscription`,e,t);return m.executeRequestOperation(n)},executeMutation(e,t){var n=m.createRequestOperation(`mutation`,e,t);return m.executeRequestOperation(n)},readQuery(e,t,n){var r=null;return Oe((e=>{r=e}))(m.query(e,t,n)).unsubscribe(),r},query:(e,t,n)=>m.executeQuery(Xe(e,t),n),subscription:(e,t,n)=>m.executeSubscription(Xe(e,t),n),mutation:(e,t,n)=>m.executeMutation(Xe(e,t),n)}),h=_t,g=he(bt(t.exchanges)({client:m,dispatchDebug:h,forward:xt({dispatchDebug:h})})(c.source));return ke(g),m};function L(e){return e===null?`null`:Array.isArray(e)?`array`:typeof e}function Ct(e){return L(e)===`object`}function wt(e){return Array.isArray(e)&&e.length>0&&e.every(e=>`message`in e)}function Tt(e,t){return e.length<124?e:t}var R=(e=>(e[e.InternalServerError=4500]=`InternalServerError`,e[e.InternalClientError=4005]=`InternalClientError`,e[e.BadRequest=4400]=`BadRequest`,e[e.BadResponse=4004]=`BadResponse`,e[e.Unauthorized=4401]=`Unauthorized`,e[e.Forbidden=4403]=`Forbidden`,e[e.SubprotocolNotAcceptable=4406]=`SubprotocolNotAcceptable`,e[e.ConnectionInitialisationTimeout=4408]=`ConnectionInitialisationTimeout`,e[e.ConnectionAcknowledgementTimeout=4504]=`ConnectionAcknowledgementTimeout`,e[e.SubscriberAlreadyExists=4409]=`SubscriberAlreadyExists`,e[e.TooManyInitialisationRequests=4429]=`TooManyInitialisationRequests`,e))(R||{}),z=(e=>(e.ConnectionInit=`connection_init`,e.ConnectionAck=`connection_ack`,e.Ping=`ping`,e.Pong=`pong`,e.Subscribe=`subscribe`,e.Next=`next`,e.Error=`error`,e.Complete=`complete`,e))(z||{});function Et(e){if(!Ct(e))throw Error(`Message is expected to be an object, but got ${L(e)}`);if(!e.type)throw Error(`Message is missing the 'type' property`);if(typeof e.type!=`string`)throw Error(`Message is expects the 'type' property to be a string, but got ${L(e.type)}`);switch(e.type){case`connection_init`:case`connection_ack`:case`ping`:case`pong`:if(e.payload!=null&&!Ct(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object or nullish or missing, but got "${e.payload}"`);break;case`subscribe`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${L(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!Ct(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${L(e.payload)}`);if(typeof e.payload.query!=`string`)throw Error(`"${e.type}" message payload expects the 'query' property to be a string, but got ${L(e.payload.query)}`);if(e.payload.variables!=null&&!Ct(e.payload.variables))throw Error(`"${e.type}" message payload expects the 'variables' property to be a an object or nullish or missing, but got ${L(e.payload.variables)}`);if(e.payload.operationName!=null&&L(e.payload.operationName)!==`string`)throw Error(`"${e.type}" message payload expects the 'operationName' property to be a string or nullish or missing, but got ${L(e.payload.operationName)}`);if(e.payload.extensions!=null&&!Ct(e.payload.extensions))throw Error(`"${e.type}" message payload expects the 'extensions' property to be a an object or nullish or missing, but got ${L(e.payload.extensions)}`);break;case`next`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${L(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!Ct(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${L(e.payload)}`);break;case`error`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${L(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!wt(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an array of GraphQL errors, but got ${JSON.stringify(e.payload)}`);break;case`complete`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${L(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);break;default:throw Error(`Invalid message 'type' property "${e.type}"`)}return e}function Dt(e,t){return Et(typeof e==`string`?JSON.parse(e,t):e)}function Ot(e,t){return Et(e),JSON.stringify(e,t)}function kt(e){let{url:t,connectionParams:n,lazy:r=!0,onNonLazyError:i=console.error,lazyCloseTimeout:a=0,keepAlive:o=0,disablePong:s,connectionAckWaitTimeout:c=0,retryAttempts:l=5,retryWait:u=async function(e){let t=2**e;await new Promise(e=>setTimeout(e,t*1e3+Math.floor(Math.random()*2700+300)))},shouldRetry:d=jt,on:f,webSocketImpl:p,generateID:m=function(){return`xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx`.replace(/[xy]/g,e=>{let t=Math.random()*16|0;return(e==`x`?t:t&3|8).toString(16)})},jsonMessageReplacer:h,jsonMessageReviver:g}=e,_;if(p){if(!Nt(p))throw Error(`Invalid WebSocket implementation provided`);_=p}else typeof WebSocket<`u`?_=WebSocket:typeof global<`u`?_=global.WebSocket||global.MozWebSocket:typeof window<`u`&&(_=window.WebSocket||window.MozWebSocket);if(!_)throw Error("WebSocket implementation missing; on Node you can `import WebSocket from 'ws';` and pass `webSocketImpl: WebSocket` to `createClient`");let v=_,y=(()=>{let e=(()=>{let e={};return{on(t,n){return e[t]=n,()=>{delete e[t]}},emit(t){`id`in t&&e[t.id]?.(t)}}})(),t={connecting:f?.connecting?[f.connecting]:[],opened:f?.opened?[f.opened]:[],connected:f?.connected?[f.connected]:[],ping:f?.ping?[f.ping]:[],pong:f?.pong?[f.pong]:[],message:f?.message?[e.emit,f.message]:[e.emit],closed:f?.closed?[f.closed]:[],error:f?.error?[f.error]:[]};return{onMessage:e.on,on(e,n){let r=t[e];return r.push(n),()=>{let e=r.indexOf(n);e>-1&&r.splice(e,1)}},emit(e,...n){for(let r of[...t[e]])r(...n)}}})();function b(e){let t=[y.on(`error`,n=>{t.forEach(e=>e()),e(n)}),y.on(`closed`,n=>{t.forEach(e=>e()),e(n)})];return()=>t.forEach(e=>e())}let x,S=0,C,w=!1,T=0,E=!1;async function D(){clearTimeout(C);let[e,r]=await(x??=new Promise((e,r)=>(async()=>{if(w){if(await u(T),!S)return x=void 0,r({code:1e3,reason:`All Subscriptions Gone`});T++}y.emit(`connecting`,w);let i=new v(typeof t==`function`?await t():t,`graphql-transport-ws`),a,l;function d(){isFinite(o)&&o>0&&(clearTimeout(l),l=setTimeout(()=>{i.readyState===v.OPEN&&(i.send(Ot({type:z.Ping})),y.emit(`ping`,!1,void 0))},o))}b(e=>{x=void 0,clearTimeout(a),clearTimeout(l),r(e),e instanceof At&&(i.close(4499,`Terminated`),i.onerror=null,i.onclose=null)}),i.onerror=e=>y.emit(`error`,e),i.onclose=e=>y.emit(`closed`,e),i.onopen=async()=>{try{y.emit(`opened`,i);let e=typeof n==`function`?await n():n;if(i.readyState!==v.OPEN)return;i.send(Ot(e?{type:z.ConnectionInit,payload:e}:{type:z.ConnectionInit},h)),isFinite(c)&&c>0&&(a=setTimeout(()=>{i.close(R.ConnectionAcknowledgementTimeout,`Connection acknowledgement timeout`)},c)),d()}catch(e){y.emit(`error`,e),i.close(R.InternalClientError,Tt(e instanceof Error?e.message:String(e),`Internal client error`))}};let f=!1;i.onmessage=({data:t})=>{try{let n=Dt(t,g);if(y.emit(`message`,n),n.type===`ping`||n.type===`pong`){y.emit(n.type,!0,n.payload),n.type===`pong`?d():s||(i.send(Ot(n.payload?{type:z.Pong,payload:n.payload}:{type:z.Pong},h)),y.emit(`pong`,!1,n.payload));return}if(f)return;if(n.type!==z.ConnectionAck)throw Error(`First message cannot be of type ${n.type}`);clearTimeout(a),f=!0,y.emit(`connected`,i,n.payload,w),w=!1,T=0;let r=new Promise((e,t)=>b(t));r.catch(()=>{}),e([i,r])}catch(e){i.onmessage=null,y.emit(`error`,e),i.close(R.BadResponse,Tt(e instanceof Error?e.message:String(e),`Bad response`))}}})()));e.readyState===v.CLOSING&&await r;let i=()=>{},l=new Promise(e=>i=e);return[e,i,new Promise((t,n)=>{let i=b(n);e.readyState!==v.OPEN&&r.catch(n),l.then(()=>{if(i(),!S){let t=()=>e.close(1e3,`Normal Closure`);isFinite(a)&&a>0?(clearTimeout(C),C=setTimeout(()=>{!S&&e.readyState===v.OPEN&&t()},a)):t()}t()})})]}function ee(e){if(jt(e)&&(Mt(e.code)||[R.InternalServerError,R.InternalClientError,R.BadRequest,R.BadResponse,R.Unauthorized,R.SubprotocolNotAcceptable,R.SubscriberAlreadyExists,R.TooManyInitialisationRequests].includes(e.code)))throw e;if(E)return!1;if(jt(e)&&e.code===1e3)return S>0;if(!l||T>=l||!d(e))throw e;return w=!0}r||(async()=>{for(S++;;)try{let[,,e]=await D();await e}catch(e){try{if(!ee(e))return}catch(e){return i?.(e)}}})();function te(e,t){let n=m(e),r=!1,i=!1,a=()=>{S--,r=!0};return(async()=>{for(S++;;)try{let[o,s,c]=await D();if(r)return c.catch(()=>{}),s();let l=y.onMessage(n,e=>{switch(e.type){case z.Next:t.next(e.payload);return;case z.Error:i=!0,r=!0,t.error(e.payload),a();return;case z.Complete:r=!0,a();return}});o.send(Ot({id:n,type:z.Subscribe,payload:e},h)),a=()=>{!r&&o.readyState===v.OPEN&&o.send(Ot({id:n,type:z.Complete},h)),S--,r=!0,s()},await c.finally(l);return}catch(e){if(!ee(e))return}})().then(()=>{i||t.complete()}).catch(e=>{t.error(e)}),()=>{r||a()}}return{on:y.on,subscribe:te,iterate(e){let t=[],n={done:!1,error:null,resolve:()=>{}},r=te(e,{next(e){t.push(e),n.resolve()},error(e){n.done=!0,n.error=e,n.resolve()},complete(){n.done=!0,n.resolve()}}),i=async function*(){for(;;){for(t.length||await new Promise(e=>n.resolve=e);t.length;)yield t.shift();if(n.error)throw n.error;if(n.done)return}}();return i.throw=async e=>(n.done||(n.done=!0,n.error=e,n.resolve()),{done:!0,value:void 0}),i.return=async()=>(r(),{done:!0,value:void 0}),i},async dispose(){if(E=!0,x){let[e]=await x;e.close(1e3,`Normal Closure`)}},terminate(){x&&y.emit(`closed`,new At)}}}var At=class extends Error{name=`TerminatedCloseEvent`;message=`4499: Terminated`;code=4499;reason=`Terminated`;wasClean=!1};function jt(e){return Ct(e)&&`code`in e&&`reason`in e}function Mt(e){return![1e3,1001,1006,1005,1012,1013,1014].includes(e)&&e>=1e3&&e<=1999}function Nt(e){return typeof e==`function`&&`constructor`in e&&`CLOSED`in e&&`CLOSING`in e&&`CONNECTING`in e&&`OPEN`in e}var Pt=class{value;listeners=new Set;constructor(e){this.value=e}get=()=>this.value;set(e){if(!Object.is(e,this.value)){this.value=e;for(let e of[...this.listeners])e()}}subscribe=e=>(this.listeners.add(e),()=>this.listeners.delete(e))};function Ft(e,t){return(0,r.useSyncExternalStore)(e.subscribe,()=>t?t(e.get()):e.get())}var It=new Pt([]),Lt={done:4e3,problem:12e3,action:12e3},Rt=0;function zt(e,t,n=t,r){let i={id:++Rt,kind:e,text:t,about:n,action:r};It.set([...It.get().filter(e=>e.text!==t&&e.about!==n),i]),r?.kept||setTimeout(()=>Bt(i.id),Lt[r?`action`:e])}function Bt(e){Vt(t=>t.id===e)}function Vt(e){let t=It.get().filter(t=>!e(t));t.length<It.get().length&&It.set(t)}var Ht=new Pt(`unknown`);function Ut(){let e=Wt(location.hash);return e!==null&&history.replaceState(null,``,location.pathname+location.search),e}function Wt(e){let t=/^#(token|code)=(.*)$/s.exec(e);if(!t)return null;let n=t[2];try{n=decodeURIComponent(n)}catch{}return t[1]===`code`?{code:n}:{token:n}}async function Gt(e){let t=await qt(`/session/preview`,e);return typeof t==`string`?{preview:null,problem:t}:t.ok?{preview:await t.json(),problem:null}:{preview:null,problem:Jt(t.status,e)}}async function Kt(e){let t=await qt(`/session`,e);return typeof t==`string`?t:t.ok?(Vt(({kind:e})=>e===`problem`),Ht.set(`in`),null):Jt(t.status,e)}async function qt(e,t){try{return await fetch(e,{method:`POST`,headers:{"Content-Type":`application/json`},body:JSON.stringify(t)})}catch{return navigator.onLine?n.session.unreachable:n.session.offline}}function Jt(e,t){return e===429?n.session.tooManyAttempts:e>=500?n.session.ourFault:`code`in t?n.session.badLink:n.session.badToken}async function Yt(){let e=await fetch(`/session`,{method:`DELETE`}).catch(()=>null),t=e?.status===200?await e.json().catch(()=>null):null;location.assign(t?.next??`/`)}async function Xt(){try{let e=await fetch(`/session`,{headers:{Accept:`application/json`}});return e.ok?await e.json():null}catch{return null}}var Zt=`
https://bit.ly/2XbVrpR#`;function Qt(e,t,n){if(!e){var r=t||`Minfied Error #`+n+`
`,i=Error(r+Zt+n);throw i.name=`Graphcache Error`,i}}var $t={},en=e=>e._directives||$t,B=e=>e.name.value,tn=e=>e.typeCondition.name.value,nn=e=>e.alias?e.alias.value:e.name.value,rn=[],V=e=>e.selectionSet?e.selectionSet.selections:rn,an=e=>e.typeCondition?e.typeCondition.name.value:null,on=(e,t)=>{var n=null;if(e.arguments)for(var r=0,i=e.arguments.length;r<i;r++){var a=e.arguments[r],o=re(a.value,t);o!=null&&(n||={},n[B(a)]=o)}return n},sn=(e,t)=>{if(t&&e.variableDefinitions){for(var n={},r=0,i=e.variableDefinitions.length;r<i;r++){var a=B(e.variableDefinitions[r].variable);n[a]=t[a]}return n}},cn=(e,t)=>{var n={};if(!t)return n;if(e.variableDefinitions)for(var r=0,i=e.variableDefinitions.length;r<i;r++){var a=e.variableDefinitions[r],o=B(a.variable);n[o]=t[o]===void 0&&a.defaultValue?re(a.defaultValue,t):t[o]}for(var s in t)s in n||(n[s]=t[s]);return n};function ln(e){for(var t=0;t<e.definitions.length;t++)if(e.definitions[t].kind===i.OPERATION_DEFINITION)return e.definitions[t];Qt(!1,``,1)}var un=e=>{for(var t={},n=0;n<e.definitions.length;n++){var r=e.definitions[n];r.kind===i.FRAGMENT_DEFINITION&&(t[B(r)]=r)}return t},dn=(e,t)=>{var n=en(e);if(n.include||n.skip)for(var r in n){var i=n[r];if(i&&(r===`include`||r===`skip`)&&i.arguments&&i.arguments[0]&&B(i.arguments[0])===`if`){var a=re(i.arguments[0].value,t);return r===`include`?!!a:!a}}return!0},fn=(e,t)=>{var{defer:n}=en(e);if(n){for(var r of n.arguments||[])if(B(r)===`if`)return!!re(r.value,t);return!0}return!1},pn=e=>{var{optional:t,required:n}=en(e);if(n)return!1;if(t)return!0},mn=`__`,hn=(e,t,n,r)=>{var i=vn(e,t,n,r);return!!i&&i.type.kind!==`NON_NULL`},gn=(e,t,n,r)=>{var i=vn(e,t,n,r);if(!i)return!1;var a=i.type.kind===`NON_NULL`?i.type.ofType:i.type;return a.kind===`LIST`&&a.ofType.kind!==`NON_NULL`},_n=(e,t,n)=>{if(!n)return!1;var r=an(t);return!r||n===r?!0:e.types.has(r)&&e.types.get(r).kind===`OBJECT`?r===n:((function(e,t){Qt(e.types.has(t)&&(e.types.get(t).kind===`INTERFACE`||e.types.get(t).kind===`UNION`),``,5)})(e,r),yn(e,n),e.isSubType(r,n))},vn=(e,t,n,r)=>{if(n.indexOf(mn)!==0&&t.indexOf(mn)!==0)return yn(e,t),e.types.get(t).fields()[n]};function yn(e,t){Qt(e.types.has(t)&&e.types.get(t).kind===`OBJECT`,``,3)}var H=(e,t)=>t?`${e}(${F(t)})`:e,bn=(e,t)=>`${e}.${t}`,xn=e=>{var t=e.indexOf(`(`);return t>-1?{fieldKey:e,fieldName:e.slice(0,t),arguments:JSON.parse(e.slice(t+1,-1))}:{fieldKey:e,fieldName:e,arguments:null}},Sn=e=>{var t=e.indexOf(`.`);return{entityKey:e.slice(0,t).replace(/%2e/g,`.`),fieldKey:e.slice(t+1)}},Cn=null,wn=null,U=null,W=null,G=null,K=null,Tn=!1,q=!1;function J(e,t){var n;if(e){if(Cn.has(e))return e;n=wn.get(e)}return n??=t?[]:{},e&&wn.set(e,n),Cn.add(n),n}var En=e=>!!e&&Cn.has(e),Y=(e,t,n,r,i)=>{Cn=new WeakSet,wn=new WeakMap,G=e,U=t,K=new Set,q=!!r,Tn=!!i,n?G===`read`?W=n:r||t.hydrating||t.optimisticOrder.length>1?(!r&&!t.commutativeKeys.has(n)?Un(t,n):r&&(t.optimisticOrder.indexOf(n)!==-1&&!t.commutativeKeys.has(n)&&t.optimisticOrder.splice(t.optimisticOrder.indexOf(n),1),t.commutativeKeys.delete(n)),W=n,Wn(t,n)):(W=null,Kn(t,n)):W=null},X=()=>{var e=U,t=W;if(q=!1,W=null,!e.hydrating&&t&&e.optimisticOrder.indexOf(t)>-1)for(var n=e.optimisticOrder.length;--n>=0&&e.dirtyKeys.has(e.optimisticOrder[n])&&e.commutativeKeys.has(e.optimisticOrder[n]);)qn(e.optimisticOrder[n]);Cn=null,wn=null,G=null,U=null,K=null,e.defer||!e.storage&&e.optimisticOrder.length||(e.defer=!0,setTimeout((()=>{Y(`read`,e,null),Fn(),Yn(),X(),e.defer=!1})))},Dn=(e,t,n)=>{t&&!n&&e.deferredKeys.delete(t),Y(`write`,e,t,n),X()},On=new Set,kn=(e,t,n,r)=>{var i=W?e.optimistic.get(W):e.base,a=i.get(t);a===void 0&&i.set(t,a=Object.create(null)),r===void 0&&!W?delete a[n]:a[n]=r},An=(e,t,n)=>{for(var r,i=!q&&G===`read`&&W&&U.commutativeKeys.has(W),a=0,o=U.optimisticOrder.length;a<o;a++){var s=U.optimisticOrder[a],c=e.optimistic.get(s);if(i&&=s!==W,c&&(!i||!U.commutativeKeys.has(s))&&(!q||G===`write`||U.commutativeKeys.has(s))&&(r=c.get(t))!==void 0&&n in r)return r[n]}return(r=e.base.get(t))===void 0?void 0:r[n]};function jn(e){return U.refCount.get(e)||0}var Mn=(e,t)=>{if(Array.isArray(e))for(var n=0,r=e.length;n<r;n++)Mn(e[n],t);else typeof e==`string`&&((e,t)=>{var n=jn(e),r=n+t>0?n+t:0;U.refCount.set(e,r),r?!n&&r&&U.gc.delete(e):U.gc.add(e)})(e,t)},Nn=(e,t,n)=>{if(n!==void 0)for(var r in n)t.has(r)||(e.push(xn(r)),t.add(r))},Pn=(e,t,n,r)=>{Nn(e,t,r.base.get(n));for(var i=0,a=U.optimisticOrder.length;i<a;i++){var o=r.optimistic.get(U.optimisticOrder[i]);o!==void 0&&Nn(e,t,o.get(n))}},Fn=()=>{if(!U.optimisticOrder.length){for(var e of U.gc.keys())if(U.gc.delete(e),!(jn(e)>0)){var t=U.records.base.get(e);U.refCount.delete(e),U.records.base.delete(e);var n=t&&t.__typename;if(n){var r=U.types.get(n);r&&r.delete(e)}var i=U.links.base.get(e);if(i)for(var a in U.links.base.delete(e),i)Mn(i[a],-1)}}},In=(e,t)=>{e===U.queryRootKey?t!==void 0&&t!==`__typename`&&K.add(bn(e,t)):K.add(e)},Ln=(e,t)=>{!q&&U.storage&&U.persist.add(((e,t)=>`${e.replace(/\./g,`%2e`)}.${t}`)(e,t))},Z=(e,t)=>(G===`read`&&In(e,t),An(U.records,e,t)),Rn=(e,t)=>(G===`read`&&In(e,t),An(U.links,e,t)),zn=(e,t)=>{var n=U.abstractToConcreteMap.get(e);if(n)n.add(t);else{var r=new Set;r.add(t),U.abstractToConcreteMap.set(e,r)}},Bn=(e,t,n)=>{Xn(An(U.records,e,t),n)||(In(e,t),Ln(e,t)),kn(U.records,e,t,n)},Vn=(e,t)=>Z(e,t)!==void 0||Rn(e,t)!==void 0,Hn=(e,t,n)=>{var r=W?U.links.optimistic.get(W):U.links.base;if(!W){var i=r&&r.get(e);Mn(i&&i[t],-1),Mn(n,1)}Xn(An(U.links,e,t),n)||(In(e,t),Ln(e,t)),kn(U.links,e,t,n)},Un=(e,t,n)=>{var r=e.optimisticOrder.indexOf(t);if(r>-1&&e.optimisticOrder.splice(r,1),n)for(e.deferredKeys.add(t),r=r>-1?r:0;r<e.optimisticOrder.length&&!e.deferredKeys.has(e.optimisticOrder[r])&&(!e.dirtyKeys.has(e.optimisticOrder[r])||!e.commutativeKeys.has(e.optimisticOrder[r]));r++);else e.deferredKeys.delete(t),r>-1&&!e.commutativeKeys.has(t)&&Gn(e,t),r=0;e.optimisticOrder.splice(r,0,t),e.commutativeKeys.add(t)},Wn=(e,t)=>{e.optimisticOrder.indexOf(t)===-1&&e.optimisticOrder.unshift(t),e.dirtyKeys.has(t)||(e.dirtyKeys.add(t),e.links.optimistic.set(t,new Map),e.records.optimistic.set(t,new Map))},Gn=(e,t)=>{e.dirtyKeys.has(t)&&(e.dirtyKeys.delete(t),e.records.optimistic.delete(t),e.links.optimistic.delete(t),e.deferredKeys.delete(t))},Kn=(e,t)=>{var n=e.optimisticOrder.indexOf(t);n>-1&&(e.optimisticOrder.splice(n,1),e.commutativeKeys.delete(t)),Gn(e,t)},qn=e=>{var t=K;K=new Set,G=`write`;var n=U.links.optimistic.get(e);if(n)for(var r of n.entries()){var i=r[0],a=r[1];for(var o in a)Hn(i,o,a[o])}var s=U.records.optimistic.get(e);if(s)for(var c of s.entries()){var l=c[0],u=c[1];for(var d in u)Bn(l,d,u[d])}K=t,Kn(U,e)},Jn=e=>{var{links:t,records:n}=U,r=[],i=new Set;return In(e),Pn(r,i,e,t),Pn(r,i,e,n),r},Yn=()=>{if(U.storage){q=!0,G=`read`;var e={};for(var t of U.persist.keys()){var{entityKey:n,fieldKey:r}=Sn(t),i=void 0;e[t]=(i=Rn(n,r))===void 0?(i=Z(n,r))===void 0?void 0:F(i):`:${F(i)}`}q=!1,U.storage.writeData(e),U.persist.clear()}};function Xn(e,t){return typeof e!=typeof t||e!==t?!1:Array.isArray(e)&&Array.isArray(t)?e.length===t.length&&!e.some(((e,n)=>e!==t[n])):!0}var Zn=null,Qn=!1,$n=void 0,er=e=>e.__internal.path.length>0&&e.__internal.errorMap?e.__internal.errorMap[e.__internal.path.join(`.`)]:void 0,tr=(e,t,n,r,i,a)=>{var o={store:e,variables:t,fragments:n,parent:{__typename:r},parentTypeName:r,parentKey:i,parentFieldKey:``,fieldName:``,error:void 0,partial:!1,hasNext:!1,optimistic:q,__internal:{path:[],errorMap:void 0}};if(a&&a.graphQLErrors)for(var s=0;s<a.graphQLErrors.length;s++){var c=a.graphQLErrors[s];c.path&&c.path.length&&(o.__internal.errorMap||(o.__internal.errorMap=Object.create(null)),o.__internal.errorMap[c.path.join(`.`)]=c)}return o},nr=(e,t,n,r,i,a)=>{Zn=e,e.parent=t,e.parentTypeName=n,e.parentKey=r,e.parentFieldKey=i,e.fieldName=a,e.error=er(e)},rr=(e,t,n,r,a)=>{if(!t)return!1;var o=an(e);return!o||t===o||!V(e).some((e=>e.kind===i.FIELD&&!Vn(n,H(B(e),on(e,r)))))},ir=class{constructor(e,t,n,r,i,a){this.typename=e,this.entityKey=t,this.ctx=a,this.stack=[{selectionSet:i,index:0,defer:n,optional:r}]}next(){for(;this.stack.length>0;){for(var e=this.stack[this.stack.length-1];e.index<e.selectionSet.length;){var t=e.selectionSet[e.index++];if(dn(t,this.ctx.variables)){if(t.kind!==i.FIELD){var n=t.kind===i.INLINE_FRAGMENT?t:this.ctx.fragments[B(t)];if(n){var r=!n.typeCondition||(this.ctx.store.schema?_n(this.ctx.store.schema,n,this.typename):this.ctx.store.possibleTypeMap?ar(this.ctx.store.possibleTypeMap,n.typeCondition.name.value,this.typename):G===`read`&&or(n.typeCondition.name.value,this.typename)||rr(n,this.typename,this.entityKey,this.ctx.variables,this.ctx.store.logger));if(r||G===`write`&&!this.ctx.store.schema){var a=pn(t);r&&n.typeCondition&&this.typename!==n.typeCondition.name.value&&zn(n.typeCondition.name.value,this.typename),this.stack.push(e={selectionSet:V(n),index:0,defer:e.defer||fn(t,this.ctx.variables),optional:a===void 0?e.optional:a})}}}else if(G===`write`||!t._generated)return Qn=e.defer,$n=e.optional,t}}this.stack.pop()}}},ar=(e,t,n)=>{if(!n)return!1;if(t===n)return!0;var r=e.get(t);return r&&r.has(n)},or=(e,t)=>{if(!t)return!1;if(e===t)return!0;if((e=>U.types.has(e))(e))return!1;var n=(e=>U.abstractToConcreteMap.get(e)||On)(e);return n.size&&n.has(t)},sr=e=>e??null,cr=(e,t)=>{if(!t)return t||null;if(Array.isArray(t)){for(var n=Array(t.length),r=0,i=n.length;r<i;r++)n[r]=cr(e,t[r]);return n}return e.keyOfEntity(t)},lr=(e,t,n,r)=>{var i=ht(t.query),a=ln(i),o=e.rootFields[a.operation],s=V(a),c=tr(e,cn(a,t.variables),un(i),o,o,r),l=o===c.store.rootFields.query?pr(c,o,s,n||J()):ur(c,o,s,n||J());return{dependencies:K,partial:c.partial||!l,hasNext:c.hasNext,data:l||null}},ur=(e,t,n,r)=>{if(typeof(e.store.rootNames[t]?t:r.__typename)!=`string`)return r;for(var i=new ir(t,t,!1,void 0,n,e),a,o=Tn,s=J(r);a=i.next();){var c=nn(a),l=r[c];e.__internal.path.push(c);var u=void 0;u=a.selectionSet&&l!==null?dr(e,V(a),sr(l)):l,o||=u!==l,u!==void 0&&(s[c]=u),e.__internal.path.pop()}return o?s:r},dr=(e,t,n)=>{if(Array.isArray(n)){for(var r=Array(n.length),i=Tn,a=0,o=n.length;a<o;a++)e.__internal.path.push(a),r[a]=dr(e,t,n[a]),i||=r[a]!==n[a],e.__internal.path.pop();return i?r:n}if(n===null)return null;var s=e.store.keyOfEntity(n);return s===null?ur(e,n.__typename,t,n):pr(e,s,t,n)||null};function fr(e,t,n,r){var i=r.store.resolvers[t],a=i&&i[n],o;for(var s in e){var c=e[s];if(c&&s!==`include`&&s!==`skip`&&r.store.directives[s])return o=r.store.directives[s](on(c,r.variables)),o}return o||a}var pr=(e,t,n,r,i)=>{var{store:a}=e,o=t===a.rootFields.query,s=i&&a.keyOfEntity(i)||t,c=o?t:Z(s,`__typename`)||i&&i.__typename;if(typeof c==`string`&&!(i&&c!==i.__typename)){for(var l=new ir(c,s,!1,void 0,n,e),u=!1,d=!1,f=Tn,p,m=e.partial,h=J(r);(p=l.next())!==void 0;){var g=B(p),_=on(p,e.variables),v=nn(p),y=en(p),b=fr(y,c,g,e),x=H(g,_),S=bn(s,x),C=Z(s,x),w=i?i[g]:void 0;e.__internal.path.push(v);var T=void 0;if(g===`__typename`)T=c;else if(w!==void 0&&p.selectionSet===void 0)T=w;else if(G===`read`&&b){var E=h;if(p.selectionSet===void 0&&C!==void 0&&(E={...h,[v]:C,[g]:C}),nr(e,E,c,s,x,g),T=b(E,_||{},a,e),p.selectionSet&&(T=mr(e,c,g,S,V(p),h[v]===void 0?r[v]:h[v],T,En(r))),a.schema&&T===null&&!hn(a.schema,c,g,e.store.logger))return}else if(!p.selectionSet)T=C;else if(w!==void 0)T=mr(e,c,g,S,V(p),h[v]===void 0?r[v]:h[v],w,En(r));else{var D=Rn(s,x);D===void 0?typeof C==`object`&&C&&(T=C):T=hr(e,D,c,g,V(p),h[v]===void 0?r[v]:h[v],En(r))}if(!Qn&&T===void 0&&(y.optional||$n&&!y.required||er(e)||!y.required&&a.schema&&hn(a.schema,c,g,e.store.logger))?(e.partial=!0,T=null):T===null&&(y.required||!1===$n)?(e.store.logger,T=void 0):u||=g!==`__typename`,e.__internal.path.pop(),f||=T!==r[v],T!==void 0)h[v]=T;else if(Qn)d=!0;else{e.store.logger,e.partial=m;return}}return e.partial=e.partial||m,e.hasNext=e.hasNext||d,o&&e.partial&&!u?void 0:f?h:r}},mr=(e,t,n,r,i,a,o,s)=>{if(Array.isArray(o)){for(var{store:c}=e,l=c.schema?gn(c.schema,t,n,e.store.logger):!1,u=e.partial,d=J(a,!0),f=Tn||!Array.isArray(a)||o.length!==a.length,p=0,m=o.length;p<m;p++){e.__internal.path.push(p);var h=mr(e,t,n,bn(r,`${p}`),i,a?.[p],o[p],s);if(e.__internal.path.pop(),h===void 0&&!l){e.partial=u;return}e.partial=e.partial||h===void 0&&l,d[p]=h??null,f||=d[p]!==a[p]}return f?d:a}if(o==null)return o;if(s&&a===null)return null;if(gr(o)){var g=a||J(a);return typeof o==`string`?pr(e,o,i,g):pr(e,r,i,g,o)}},hr=(e,t,n,r,i,a,o)=>{if(Array.isArray(t)){for(var{store:s}=e,c=s.schema?gn(s.schema,n,r,e.store.logger):!1,l=J(a,!0),u=e.partial,d=Tn||!Array.isArray(a)||t.length!==a.length,f=0,p=t.length;f<p;f++){e.__internal.path.push(f);var m=hr(e,t[f],n,r,i,a?.[f],o);if(e.__internal.path.pop(),m===void 0&&!c){e.partial=u;return}e.partial=e.partial||m===void 0&&c,l[f]=m||null,d||=l[f]!==a[f]}return d?l:a}return t===null||a===null&&o?null:pr(e,t,i,a||J(a))},gr=e=>typeof e==`string`||typeof e==`object`&&typeof e.__typename==`string`,_r=(e,t,n)=>{for(var r=t?[{fieldKey:H(t,n)}]:Jn(e),i=0,a=r.length;i<a;i++){var{fieldKey:o}=r[i];Rn(e,o)===void 0?Bn(e,o,void 0):Hn(e,o,void 0)}},vr=(e,t)=>{for(var n of(e=>U.types.get(e)||On)(e))t.includes(n)||_r(n)},yr=(e,t,n,r)=>{var i=ht(t.query),a=ln(i),o={data:n||J(),dependencies:K},s=e.rootFields[a.operation];return br(tr(e,cn(a,t.variables),un(i),s,s,r),s,V(a),o.data),o},br=(e,t,n,r)=>{var i=e.store.rootNames[t]||`query`,a=!!e.store.rootNames[t],o=a?t:r.__typename;if(!o&&t&&e.optimistic&&(o=Z(t,`__typename`)),o)!a&&t&&(Bn(t,`__typename`,o),((e,t)=>{var n=U.types.get(e);if(n)n.add(t);else{var r=new Set;r.add(t),U.types.set(e,r)}})(o,t));else return;for(var s=e.store.updates[o],c=new ir(o,t||o,!1,void 0,n,e),l;l=c.next();){var u=B(l),d=on(l,e.variables),f=H(u,d),p=nn(l),m=r[e.optimistic?u:p];if(!(u===`__typename`||m===void 0&&(Qn||e.optimistic&&i===`query`))){e.__internal.path.push(p);var h=void 0;if(e.optimistic&&i===`mutation`){if(!(h=e.store.optimisticMutations[u]))continue}else e.optimistic&&typeof m==`function`&&(h=m);if(h&&(nr(e,r,o,t||o,f,u),m=sr(h(d||{},e.store,e))),m!==void 0){if(l.selectionSet){if(t&&i===`query`){var g=bn(t,f),_=xr(e,V(l),sr(m),g,e.optimistic?Rn(t||o,f):void 0);Hn(t||o,f,_)}else xr(e,V(l),sr(m))}else t&&i===`query`&&Bn(t||o,f,m!==null||!er(e)?m:void 0);var v=s&&s[u];if(v)nr(e,r,o,t||o,f,u),r[u]=m,v(r,d||{},e.store,e);else if(o===e.store.rootFields.mutation&&!e.optimistic){if(m&&Array.isArray(m))for(var y=m.map((t=>e.store.keyOfEntity(t)||``)),b=0,x=m.length;b<x;b++){var S=y[b];if(S&&m[b].__typename){var C=Z(S,`__typename`),w=jn(S);C&&!w&&vr(m[b].__typename,y)}}else if(m&&typeof m==`object`){var T=e.store.keyOfEntity(m);if(T){var E=Z(T,`__typename`),D=jn(T);E&&D||!m.__typename||vr(m.__typename,[T])}}}e.__internal.path.pop()}}}},xr=(e,t,n,r,i)=>{if(Array.isArray(n)){for(var a=Array(n.length),o=0,s=n.length;o<s;o++){e.__internal.path.push(o);var c=r?bn(r,`${o}`):void 0,l=xr(e,t,n[o],c,i?.[o]);a[o]=l,e.__internal.path.pop()}return a}if(n===null)return er(e)?void 0:null;var u=e.store.keyOfEntity(n)||(typeof i==`string`?i:null);n.__typename;var d=u||r;return br(e,d,t,n),d||null},Sr=class{constructor(e){e||={},this.logger=e.logger,this.resolvers=e.resolvers||{},this.directives=e.directives||{},this.optimisticMutations=e.optimistic||{},this.keys=e.keys||{},this.globalIDs=Array.isArray(e.globalIDs)?new Set(e.globalIDs):!!e.globalIDs;var t=`Query`,n=`Mutation`,r=`Subscription`;if(e.schema){var i=(({__schema:e})=>{var t=new Map,n=e=>{var t;return()=>{if(!t){t={};for(var n=0;n<e.length;n++)t[e[n].name]=e[n]}return t}},r=e=>{switch(e.kind){case`OBJECT`:case`INTERFACE`:return{name:e.name,kind:e.kind,interfaces:n(e.interfaces||[]),fields:n(e.fields.map((e=>({name:e.name,type:e.type,args:n(e.args)}))))};case`UNION`:return{name:e.name,kind:e.kind,types:n(e.possibleTypes||[])}}},i={query:e.queryType?e.queryType.name:null,mutation:e.mutationType?e.mutationType.name:null,subscription:e.subscriptionType?e.subscriptionType.name:null,types:void 0,isSubType(e,n){var r=t.get(e),i=t.get(n);return!r||!i?!1:r.kind===`UNION`?!!r.types()[n]:r.kind!==`OBJECT`&&i.kind===`OBJECT`?!!i.interfaces()[e]:e===n}};if(e.types){i.types=t;for(var a=0;a<e.types.length;a++){var o=e.types[a];if(o&&o.name){var s=r(o);s&&t.set(o.name,s)}}}return i})(e.schema);t=i.query||t,n=i.mutation||n,r=i.subscription||r,i.types&&(this.schema=i)}if(!this.schema&&e.possibleTypes){this.possibleTypeMap=new Map;for(var a of Object.entries(e.possibleTypes)){var[o,s]=a;this.possibleTypeMap.set(o,new Set(s))}}this.updates=e.updates||{},this.rootFields={query:t,mutation:n,subscription:r},this.rootNames={[t]:`query`,[n]:`mutation`,[r]:`subscription`},this.data=(c=t,{hydrating:!1,defer:!1,gc:new Set,types:new Map,persist:new Set,queryRootKey:c,refCount:new Map,links:{optimistic:new Map,base:new Map},abstractToConcreteMap:new Map,records:{optimistic:new Map,base:new Map},deferredKeys:new Set,commutativeKeys:new Set,dirtyKeys:new Set,optimisticOrder:[],storage:null});var c;this.schema}keyOfField(e,t){return H(e,t)}keyOfEntity(e){if(Zn&&e===Zn.parent)return Zn.parentKey;if(e==null||typeof e==`string`)return e||null;if(!e.__typename)return null;if(this.rootNames[e.__typename])return e.__typename;var t=null;this.keys[e.__typename]?t=this.keys[e.__typename](e)||null:e.id==null?e._id!=null&&(t=`${e._id}`):t=`${e.id}`;var n=e.__typename;return!0===this.globalIDs||this.globalIDs&&this.globalIDs.has(n)||!t?t:`${n}:${t}`}resolve(e,t,n){var r=this.keyOfEntity(e);if(r){var i=H(t,n),a=Z(r,i);if(a!==void 0)return a;var o=Rn(r,i);return o!==void 0&&(o=cr(this,o)),o}}invalidate(e,t,n){var r=this.keyOfEntity(e);e&&typeof e==`string`&&!t&&!n&&!this.resolve(e,`__typename`)?vr(e,[]):(Qt(r,``,19),_r(r,t,n))}inspectFields(e){var t=this.keyOfEntity(e);return t?Jn(t):[]}updateQuery(e,t){var n=Xe(e.query,e.variables),r=t(this.readQuery(n));r!==null&&yr(this,n,r,void 0)}readQuery(e){var t=Xe(e.query,e.variables);return lr(this,t,void 0,void 0).data}readFragment(e,t,n,r){return((e,t,n,r,i)=>{var a=un(t),o;if(i){if(!(o=a[i]))return null}else if(!(o=a[Object.keys(a)[0]]))return null;var s=tn(o);typeof n!=`string`&&!n.__typename&&(n.__typename=s);var c=e.keyOfEntity(n);return c&&pr(tr(e,r||{},a,s,c,void 0),c,V(o),J())||null})(this,ht(e),t,n,r)}writeFragment(e,t,n,r){((e,t,n,r,i)=>{var a=un(t),o;if(i){if(!(o=a[i]))return null}else if(!(o=a[Object.keys(a)[0]]))return null;var s=tn(o),c={__typename:s,...n},l=e.keyOfEntity(c);l&&br(tr(e,r||{},a,s,l,void 0),l,V(o),c)})(this,ht(e),t,n,r)}link(e,t,...n){var r=n.length===2?n[0]:null,i=n.length===2?n[1]:n[0],a=this.keyOfEntity(e);a&&Hn(a,H(t,r),cr(this,i))}},Cr=(e,t)=>I(e.kind,e,{...e.context,meta:{...e.context.meta,...t}}),wr=(e,t)=>I(e.kind,e,{...e.context,requestPolicy:t}),Tr=e=>({forward:t,client:n,dispatchDebug:r})=>{var i=new Sr(e);e&&e.storage&&(i.data.hydrating=!0,e.storage.readData().then((t=>{((e,t,n)=>{for(var r in Y(`write`,e,null),n){var i=n[r];if(i!==void 0){var{entityKey:a,fieldKey:o}=Sn(r);i[0]===`:`?Rn(a,o)===void 0&&Hn(a,o,JSON.parse(i.slice(1))):Z(a,o)===void 0&&Bn(a,o,JSON.parse(i))}}e.storage=t,e.hydrating=!1,X()})(i.data,e.storage,t),e.storage.onCacheHydrated&&e.storage.onCacheHydrated()})));var a=new Map,o=[],s=new Map,c=new Map,l=new Set,u=new Set,d=new Set,f=new Set,p=new WeakSet,m=new Map,h=new Set,g=new Set,_=e=>{for(var t of e.values())if(l.has(t))return!0;return!1},v=(e,t)=>{if(t)for(var n of t.values()){var r=m.get(n);if(r)for(var i of r.values())e.add(i)}},y=(e,t,r)=>{for(var i of t.values())if(i!==e.key){var a=s.get(i);if(a){e.kind===`query`&&g.add(i);var o=`cache-first`;u.has(i)&&(u.delete(i),o=`cache-and-network`);var c=wr(a,o);e.kind===`subscription`&&d.has(i)&&p.add(c),n.reexecuteOperation(c)}}if(!r){var l=h;h=g,e.kind===`query`&&h.add(e.key),(g=l).clear()}},b=e=>!p.has(e)||!d.has(e.key)?!1:(f.add(e.key),!0),x=e=>{var t=!1;if(e.kind===`query`)Un(i.data,e.key),s.set(e.key,e),d.add(e.key),f.delete(e.key);else if(e.kind===`teardown`)return s.delete(e.key),c.delete(e.key),h.delete(e.key),d.delete(e.key),f.delete(e.key),Dn(i.data,e.key),e;else if(e.kind===`mutation`&&e.context.requestPolicy!==`network-only`){s.set(e.key,e),Y(`write`,i.data,e.key,!0,!1);var{dependencies:n}=yr(i,e,void 0,void 0);if(X(),n.size){for(var r of n.values())l.add(r);a.set(e.key,n);var o=new Set;v(o,n),y(e,o,!0),t=!0}}return I(e.kind,{key:e.key,query:ht(e.query),variables:e.variables?sn(ln(e.query),e.variables):e.variables},{...e.context,optimistic:t})},S=(e,t)=>{for(var n of t.values()){var r=m.get(n);r||m.set(n,r=new Set),r.add(e.key)}},C=e=>{Y(`read`,i.data,void 0,!1,!1);var t=lr(i,e,c.get(e.key),void 0);X();var n=t.data?!t.partial&&!t.hasNext?`hit`:`partial`:`miss`;return c.set(e.key,t.data),s.set(e.key,e),S(e,t.dependencies),{outcome:n,operation:e,data:t.data,dependencies:t.dependencies,hasNext:t.hasNext}},w=(e,t)=>{var n=s.get(e.operation.key)||e.operation;n.kind===`mutation`&&(v(t,a.get(n.key)),a.delete(n.key)),(n.kind===`subscription`||e.hasNext)&&Un(i.data,n.key,!0);var r,o=e.data;if(o){Y(`write`,i.data,n.key,!1,!1);var l=yr(i,n,o,e.error).dependencies;X(),v(t,l);var u=n.kind===`query`?c.get(n.key):null;Y(`read`,i.data,n.key,!1,u!==o);var d=lr(i,n,u||o,e.error);X(),o=d.data,n.kind===`query`&&(v(t,r=d.dependencies),c.set(n.key,o))}else Dn(i.data,n.key);return r&&S(e.operation,r),{operation:n,data:o,error:e.error,extensions:e.extensions,hasNext:e.hasNext,stale:e.stale}};return e=>{var r=he(ce(C)(N((e=>e.kind===`query`&&e.context.requestPolicy!==`network-only`))(e))),c=N((e=>e.kind!==`query`||e.context.requestPolicy===`network-only`))(e),p=ce((e=>Cr(e.operation,{cacheOutcome:`miss`})))(N((e=>e.outcome===`miss`&&e.operation.context.requestPolicy!==`cache-only`&&!_(e.dependencies)&&!h.has(e.operation.key)&&!b(e.operation)))(r)),m=ce((e=>{var{requestPolicy:t}=e.operation.context,r=t!==`cache-only`&&(e.hasNext||t===`cache-and-network`||t===`cache-first`&&e.outcome===`partial`&&!h.has(e.operation.key)),a=t!==`cache-only`&&(r||d.has(e.operation.key)||e.outcome===`partial`&&h.has(e.operation.key)&&((o=i.data).commutativeKeys.has(c=e.operation.key)||o.optimisticOrder.indexOf(c)>-1)),o,c,l={operation:Cr(e.operation,{cacheOutcome:e.outcome}),data:e.data,error:e.error,extensions:e.extensions,stale:a&&!e.hasNext,hasNext:r&&e.hasNext};return r&&(_(e.dependencies)?t===`cache-and-network`&&u.add(e.operation.key):b(e.operation)||n.reexecuteOperation(wr(s.get(e.operation.key)||e.operation,`network-only`))),l}))(N((e=>e.outcome!==`miss`||e.operation.context.requestPolicy===`cache-only`))(r)),g=t(ce(x)(de([c,p])));return de([ce((e=>{var{key:t}=e.operation,r=!1;e.hasNext||(d.delete(t),r=f.delete(t));var i=new Set,a=w(e,i);return y(e.operation,i,!1),r&&(a.stale=!0,n.reexecuteOperation(wr(s.get(t)||e.operation,`network-only`))),a}))(N((e=>!a.has(e.operation.key)))(g)),le((e=>{if(o.push(e)<a.size)return De;for(var t=0;t<o.length;t++)Un(i.data,o[t].operation.key);l.clear();for(var n=[],r=new Set,s;s=o.shift();)n.push(w(s,r));return y(e.operation,r,!1),Ce(n)}))(N((e=>a.has(e.operation.key)))(g)),m])}},Er=0,Dr=new Set;function Or(){function e(e,t){var n=E(e).definitions,r=new Set;for(var a of t||[])for(var o of a.definitions)o.kind===i.FRAGMENT_DEFINITION&&!r.has(o)&&(n.push(o),r.add(o));var s;(s=n[0].kind===i.FRAGMENT_DEFINITION)&&n[0].directives&&(n[0].directives=n[0].directives.filter((e=>e.name.value!==`_unmask`)));var c;return{kind:i.DOCUMENT,definitions:n,get loc(){if(!c&&s){var n=e+function(e){try{Er++;var t=``;for(var n of e)if(!Dr.has(n)){Dr.add(n);var{loc:r}=n;r&&(t+=r.source.body)}return t}finally{--Er==0&&Dr.clear()}}(t||[]);return{start:0,end:n.length,source:{body:n,name:`GraphQLTada`,locationOffset:{line:1,column:1}}}}return c},set loc(e){c=e}}}return e.scalar=function(e,t){return t},e.persisted=function(e,t){return{kind:i.DOCUMENT,definitions:t?t.definitions:[],documentId:e}},e}Or();var Q=Or(),kr=Q(`
  fragment RunFields on RefreshRun {
    id
    state
    fetched
    total
    added
    updated
    removed
    skipped
    reviewReason
    attempt
    requestedBy
    queuedAt
    startedAt
    finishedAt
    failure {
      code
      message
      retryAt
    }
  }
`),Ar=Q(`
    fragment IntegrationFields on Integration {
      id
      name
      application
      source
      state
      canImport
      baseUrl
      schedule
      nextRefreshAt
      late
      counts {
        total
        mapped
        unmapped
        removed
      }
      organizationCounts {
        total
        mapped
        suggested
      }
      lastRefresh {
        ...RunFields
      }
      lastSuccess {
        ...RunFields
      }
    }
  `,[kr]),$=Q(`
  fragment OrganizationFields on Organization {
    id
    name
    active
    mappings {
      id
      createdBy
      createdAt
      integration {
        id
      }
      externalOrg {
        id
        name
        removedAt
      }
    }
  }
`),jr=Q(`
  fragment SuggestionFields on Suggestion {
    tier
    bulk
    externalOrg {
      id
      name
      integration {
        id
      }
    }
  }
`),Mr=Q(`
  fragment MatchingCounts on Integration {
    id
    organizationCounts {
      total
      mapped
      suggested
    }
  }
`),Nr=Q(`
  fragment QuotaFields on Quota {
    limit
    used
    remaining
    plan
    renewsAt
  }
`),Pr=Q(`
  query Viewer {
    viewer {
      name
      role
      account {
        id
        name
      }
    }
  }
`),Fr=Q(`
    query Quota {
      quota {
        ...QuotaFields
      }
    }
  `,[Nr]),Ir=Q(`
    query Integrations {
      integrations {
        ...IntegrationFields
      }
    }
  `,[Ar]),Lr=Q(`
  query Limits {
    viewer {
      account {
        id
        limits {
          integrations {
            used
            limit
          }
          externalOrganizations {
            used
            limit
          }
        }
      }
    }
  }
`),Rr=Q(`
  query IntegrationCounts {
    integrations {
      id
      counts {
        total
        mapped
        unmapped
        removed
      }
      organizationCounts {
        total
        mapped
        suggested
      }
    }
  }
`),zr=Q(`
  query Cursor {
    journalCursor
  }
`),Br=Q(`
    subscription AccountChanges($after: String) {
      accountChanges(after: $after) {
        __typename
        cursor
        at
        by
        ... on OrganizationsChanged {
          organizations {
            ...OrganizationFields
          }
          removedOrganizationIds
          quota {
            ...QuotaFields
          }
        }
        ... on MappingsChanged {
          organizations {
            ...OrganizationFields
          }
          removedOrganizationIds
          quota {
            ...QuotaFields
          }
        }
        ... on IntegrationsChanged {
          integrations {
            ...IntegrationFields
          }
          removedIntegrationIds
          externalOrgs {
            id
            name
            removedAt
          }
        }
        ... on Resync {
          reason
        }
      }
    }
  `,[$,Nr,Ar]),Vr=Q(`
    subscription RefreshProgress {
      refreshProgress {
        sequence
        run {
          ...RunFields
          integration {
            id
            state
            nextRefreshAt
            late
          }
        }
      }
    }
  `,[kr]),Hr=Q(`
    query OrganizationPage($offset: Int!, $first: Int!, $search: String, $filter: OrganizationFilter, $suggestedIn: [ID!]) {
      organizations(offset: $offset, first: $first, search: $search, filter: $filter) {
        totalCount
        nodes {
          ...OrganizationFields
          suggestions(integrationIds: $suggestedIn) {
            ...SuggestionFields
          }
        }
      }
    }
  `,[$,jr]),Ur=Q(`
    query RowsById($ids: [ID!]!, $suggestedIn: [ID!]) {
      nodes(ids: $ids) {
        __typename
        ... on Organization {
          ...OrganizationFields
          suggestions(integrationIds: $suggestedIn) {
            ...SuggestionFields
          }
        }
      }
    }
  `,[$,jr]),Wr=Q(`
  query FoundOrganizations($first: Int!, $search: String) {
    organizations(first: $first, search: $search) {
      totalCount
      nodes {
        id
        name
      }
    }
  }
`),Gr=Q(`
  query SuggestedExternals($first: Int!, $after: String, $search: String, $filter: OrganizationFilter, $suggestedIn: [ID!]) {
    organizations(first: $first, after: $after, search: $search, filter: $filter) {
      nodes {
        id
        mappings(integrationIds: $suggestedIn) {
          integration {
            id
          }
        }
        suggestions(integrationIds: $suggestedIn) {
          externalOrg {
            id
            integration {
              id
            }
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`),Kr=Q(`
  query ExplainSuggestion($id: ID!) {
    node(id: $id) {
      __typename
      ... on ExternalOrg {
        id
        name
        remoteId
        website
        city
        suggestion {
          tier
          score
          margin
          warnings
          organization {
            id
            name
          }
          signals {
            kind
            weight
            left
            right
            explanation
          }
        }
      }
    }
  }
`),qr=Q(`
  mutation PreviewSuggestions($ids: [ID!]!) {
    previewSuggestions(input: { externalOrgIds: $ids }) {
      hash
      rows {
        tier
        warnings
        externalOrg {
          id
          name
          integration {
            id
          }
        }
        organization {
          id
          name
        }
        signals {
          kind
          weight
          explanation
        }
      }
      leftOut {
        externalOrg {
          id
          name
          integration {
            id
          }
        }
        reason
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`),Jr=Q(`
    mutation AcceptSuggestions($hash: String!, $ids: [ID!]!) {
      acceptSuggestions(input: { hash: $hash, externalOrgIds: $ids }) {
        organizations {
          ...OrganizationFields
        }
        change {
          id
        }
        userErrors {
          code
          message
          path
        }
      }
    }
  `,[$]),Yr=Q(`
  mutation RejectSuggestion($externalOrgId: ID!, $organizationId: ID!) {
    rejectSuggestion(input: { externalOrgId: $externalOrgId, organizationId: $organizationId }) {
      rejection {
        id
      }
      change {
        id
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`),Xr=Q(`
  subscription MatchingChanges($integrationIds: [ID!]) {
    matchingChanges(integrationIds: $integrationIds) {
      integration {
        id
      }
      organizationCounts {
        total
        mapped
        suggested
      }
      organizationIds
      more
      sequence
    }
  }
`),Zr=Q(`
  query OrganizationNames($first: Int!, $after: String, $search: String, $filter: OrganizationFilter) {
    organizations(first: $first, after: $after, search: $search, filter: $filter) {
      nodes {
        name
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`),Qr=Q(`
    query OrganizationsById($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on Organization {
          ...OrganizationFields
        }
      }
    }
  `,[$]),$r=Q(`
  query ExternalOrgsById($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on ExternalOrg {
        id
        name
        removedAt
        mapping {
          id
          createdBy
          organization {
            id
            name
          }
        }
      }
    }
  }
`),ei=Q(`
  query ExternalNames($integrationId: ID!, $first: Int!, $after: String, $search: String) {
    node(id: $integrationId) {
      __typename
      ... on Integration {
        id
        externalOrgs(first: $first, after: $after, search: $search, filter: { removed: false }) {
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            id
            name
            mapping {
              id
              createdBy
              organization {
                id
                name
              }
            }
          }
        }
      }
    }
  }
`),ti=Q(`
  query FacetCounts($search: String, $filter: OrganizationFilter, $unmapped: OrganizationFilter, $suggested: OrganizationFilter, $needsDecision: OrganizationFilter, $deactivated: OrganizationFilter) {
    all: organizations(first: 1, search: $search, filter: $filter) {
      totalCount
    }
    unmapped: organizations(first: 1, search: $search, filter: $unmapped) {
      totalCount
    }
    suggested: organizations(first: 1, search: $search, filter: $suggested) {
      totalCount
    }
    needsDecision: organizations(first: 1, search: $search, filter: $needsDecision) {
      totalCount
    }
    deactivated: organizations(first: 1, search: $search, filter: $deactivated) {
      totalCount
    }
  }
`),ni=Q(`
  query ChoicesById($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on ExternalOrg {
        id
        name
        remoteId
        website
        city
        needsDecisionBecause
        candidates {
          organization {
            id
          }
        }
        suggestion {
          tier
          organization {
            id
            name
          }
        }
        removedAt
        mapping {
          id
          createdBy
          createdAt
          organization {
            id
            name
          }
        }
      }
    }
  }
`),ri=Q(`
  query CellChoices(
    $integrationId: ID!
    $first: Int!
    $after: String
    $search: String
    $filter: ExternalOrgFilter
  ) {
    node(id: $integrationId) {
      __typename
      ... on Integration {
        id
        externalOrgs(first: $first, after: $after, search: $search, filter: $filter) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            id
            name
            remoteId
            website
            city
            needsDecisionBecause
            candidates {
              organization {
                id
              }
            }
            suggestion {
              tier
              organization {
                id
                name
              }
            }
            removedAt
            mapping {
              id
              createdBy
              createdAt
              organization {
                id
                name
              }
            }
          }
        }
      }
    }
  }
`),ii=Q(`
  query MappingOrigins($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on Mapping {
        id
        origin
        createdByActor {
          name
          kind
        }
        change {
          id
        }
      }
    }
  }
`),ai=Q(`
    mutation SaveMappings($cells: [MappingCellInput!]!) {
      saveMappings(input: { cells: $cells }) {
        organizations {
          ...OrganizationFields
        }
        change {
          id
        }
        userErrors {
          code
          message
          path
        }
      }
    }
  `,[$]),oi=Q(`
    mutation CreateOrganization($name: String!) {
      createOrganization(input: { name: $name }) {
        organization {
          ...OrganizationFields
        }
        quota {
          ...QuotaFields
        }
        change {
          id
        }
        userErrors {
          code
          message
        }
      }
    }
  `,[$,Nr]),si=Q(`
    mutation UpdateOrganization($id: ID!, $name: String, $active: Boolean) {
      updateOrganization(input: { organizationId: $id, name: $name, active: $active }) {
        organization {
          ...OrganizationFields
        }
        quota {
          ...QuotaFields
        }
        change {
          id
        }
        userErrors {
          code
          message
        }
      }
    }
  `,[$,Nr]),ci=Q(`
    mutation DeleteOrganizations($ids: [ID!]!, $dryRun: Boolean) {
      deleteOrganizations(input: { organizationIds: $ids, dryRun: $dryRun }) {
        change {
          id
        }
        quota {
          ...QuotaFields
        }
        userErrors {
          code
          message
        }
      }
    }
  `,[Nr]),li=Q(`
  query ImportCandidates($first: Int!, $after: String, $search: String, $integrationIds: [ID!]) {
    importCandidates(first: $first, after: $after, search: $search) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        outcome
        externalOrg {
          id
          name
          remoteId
          integration {
            id
          }
          suggestion {
            organization {
              id
              name
            }
          }
          candidates {
            score
            organization {
              id
              name
            }
          }
        }
        organization {
          id
          name
          active
          mappings(integrationIds: $integrationIds) {
            id
            externalOrg {
              id
              name
            }
            integration {
              id
            }
          }
        }
      }
    }
  }
`),ui=Q(`
    mutation ImportFromITGlue($ids: [ID!]!) {
      importFromITGlue(input: { externalOrgIds: $ids }) {
        results {
          outcome
          externalOrg {
            id
            name
          }
          organization {
            id
            name
          }
          replaced {
            id
            name
          }
        }
        quota {
          ...QuotaFields
        }
        change {
          id
        }
        userErrors {
          code
          message
        }
      }
    }
  `,[Nr]),di=Q(`
    mutation Refresh($integrationIds: [ID!], $acceptShrink: Boolean, $acceptTotalMismatch: Boolean) {
      refresh(input: { integrationIds: $integrationIds, acceptShrink: $acceptShrink, acceptTotalMismatch: $acceptTotalMismatch }) {
        runs {
          ...RunFields
          integration {
            id
            name
          }
        }
        userErrors {
          code
          message
        }
      }
    }
  `,[kr]),fi=Q(`
    mutation CancelRefresh($runId: ID!) {
      cancelRefresh(input: { runId: $runId }) {
        run {
          ...RunFields
        }
        userErrors {
          code
          message
        }
      }
    }
  `,[kr]),pi=Q(`
    query RecentRuns($first: Int!, $after: String, $integrationId: ID) {
      refreshRuns(first: $first, after: $after, integrationId: $integrationId) {
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          ...RunFields
          integration {
            id
          }
        }
      }
    }
  `,[kr]),mi=Q(`
  query SkippedRows($runId: ID!) {
    node(id: $runId) {
      __typename
      ... on RefreshRun {
        id
        skipped
        skippedRows {
          remoteId
          name
          message
        }
      }
    }
  }
`),hi=Q(`
  query RunChanges($runId: ID!) {
    node(id: $runId) {
      __typename
      ... on RefreshRun {
        id
        changes {
          added
          renamed
          returned
          removed
          removedMapped
          first {
            kind
            name
            previousName
            mapped
          }
        }
      }
    }
  }
`),gi=Q(`
  query Applications {
    applications {
      application
      name
      canImport
      regions {
        name
        baseUrl
      }
      credentialFields {
        name
        label
        secret
        required
        help
      }
    }
  }
`),_i=Q(`
    mutation ConnectIntegration($input: ConnectIntegrationInput!) {
      connectIntegration(input: $input) {
        integrations {
          ...IntegrationFields
        }
        userErrors {
          code
          message
          path
        }
      }
    }
  `,[Ar]),vi=Q(`
    mutation UpdateIntegration($input: UpdateIntegrationInput!) {
      updateIntegration(input: $input) {
        integration {
          ...IntegrationFields
        }
        userErrors {
          code
          message
          path
        }
      }
    }
  `,[Ar]),yi=Q(`
  mutation DisconnectIntegration($id: ID!, $confirmName: String!, $forget: Boolean) {
    disconnectIntegration(input: { integrationId: $id, confirmName: $confirmName, forget: $forget }) {
      integrationId
      userErrors {
        code
        message
        path
      }
    }
  }
`),bi=()=>null,xi=Tr({keys:Object.fromEntries(`PageInfo.Quota.AccountLimits.Limit.Viewer.ExternalOrgCounts.RefreshFailure.RefreshProgress.SkippedRow.RefreshChange.RefreshChanges.UserError.OrganizationConnection.OrganizationEdge.ExternalOrgConnection.ExternalOrgEdge.RefreshRunConnection.RefreshRunEdge.ImportCandidateConnection.ImportCandidateEdge.ImportCandidate.ImportResult.ApplicationInfo.Region.CredentialField.OrganizationsChanged.MappingsChanged.IntegrationsChanged.DecisionsChanged.GroupsChanged.PeopleChanged.SettingsChanged.Resync.Suggestion.MatchSignal.MatchCandidate.MatchCounts.Exclusion.Actor.OrganizationCounts.MatchingChange.LeftOut.TierCount.ChangeConnection.ChangeEdge.EditConnection.EditEdge.MappingEdit.OrganizationEdit.IntegrationEdit.DecisionEdit.FieldEdit.UndoPreview.SkippedEdit.PersonConnection.PeopleChanged.SettingsChanged`.split(`.`).map(e=>[e,bi])),updates:{Subscription:{accountChanges:(e,t,n)=>wi(n,e.accountChanges),refreshProgress:(e,t,n)=>{let{run:r}=e.refreshProgress;Si(n,r)},matchingChanges:(e,t,n)=>{let{integration:r,organizationCounts:i}=e.matchingChanges;n.writeFragment(Mr,{__typename:`Integration`,id:r.id,organizationCounts:i})}},Mutation:{createOrganization:(e,t,n)=>Ci(n,e.createOrganization),updateOrganization:(e,t,n)=>Ci(n,e.updateOrganization),deleteOrganizations:(e,t,n)=>Ci(n,e.deleteOrganizations),importFromITGlue:(e,t,n)=>{Ci(n,e.importFromITGlue),Ei(n)},refresh:(e,t,n)=>{for(let t of e.refresh.runs)Si(n,t)}}}});function Si(e,t){let n={__typename:`Integration`,id:t.integration.id},r=e.resolve(n,`lastRefresh`);if(r&&e.resolve(r,`id`)>t.id)return;let i={__typename:`RefreshRun`,id:t.id};e.link(n,`lastRefresh`,i),t.state===`SUCCEEDED`&&e.link(n,`lastSuccess`,i)}function Ci(e,t){let{quota:n}=t;n&&e.updateQuery({query:Fr},()=>({quota:n}))}function wi(e,t){switch(t.__typename){case`OrganizationsChanged`:Ci(e,t),Ei(e);break;case`MappingsChanged`:(e.readQuery({query:Fr})?.quota.used!==t.quota.used||t.removedOrganizationIds.length>0)&&Ei(e),Ci(e,t);break;case`IntegrationsChanged`:Ti(e,t),(t.externalOrgs===null||t.removedIntegrationIds.length>0)&&Ei(e);break;case`GroupsChanged`:Di(e,`organizations`);break;case`Resync`:for(let{fieldName:t}of e.inspectFields(`Query`))Di(e,t)}}function Ti(e,t){e.updateQuery({query:Ir},e=>{if(!e)return e;let n=new Set(t.removedIntegrationIds),r=e.integrations.filter(({id:e})=>!n.has(e)),i=new Set(r.map(({id:e})=>e));return{integrations:[...r,...t.integrations.filter(({id:e})=>!i.has(e)&&!n.has(e))]}});for(let n of t.removedIntegrationIds)e.invalidate({__typename:`Integration`,id:n})}function Ei(e){Di(e,`organizations`),Di(e,`nodes`)}function Di(e,t){for(let{fieldName:n,fieldKey:r}of e.inspectFields(`Query`))n===t&&e.invalidate(`Query`,r)}var Oi={QUEUED:0,RUNNING:1,SUCCEEDED:2,FAILED:2,CANCELLED:2,NEEDS_REVIEW:2};function ki(e,t){return Oi[t.state]===2||Oi[e.state]===2?Oi[e.state]<Oi[t.state]:e.attempt===t.attempt?e.state===t.state?e.fetched<t.fetched:Oi[e.state]<Oi[t.state]:e.attempt<t.attempt}function Ai(e,t){if(Array.isArray(e)){for(let n of e)Ai(n,t);return}if(typeof e!=`object`||!e)return;let n=e;if(n.__typename===`RefreshRun`&&typeof n.id==`string`&&`attempt`in n){let e=n,r=t.get(e.id);if(!r||!ki(e,r))t.set(e.id,{...e});else for(let t of Object.keys(e))t in r&&t!==`integration`&&(e[t]=r[t])}for(let e of Object.values(n))Ai(e,t)}var ji=0,Mi=[],Ni=()=>ji>0,Pi=()=>ji===0?Promise.resolve():new Promise(e=>Mi.push(e)),Fi=({client:e,forward:t})=>{let n=new Map,r=new Set,i=new Set,a=e=>{if(!r.delete(e)||(ji=r.size,ji>0))return;let t=Mi;Mi=[],setTimeout(()=>t.forEach(e=>e()))};return o=>je(o,pe(({kind:e,key:t})=>{e===`query`&&(ji=r.add(t).size),e===`teardown`&&(i.delete(t),a(t))}),t,pe(({data:t,operation:o})=>{if(Ai(t,n),o.kind===`subscription`&&t?.accountChanges)for(let e of r)i.add(e);o.kind===`query`&&(a(o.key),i.delete(o.key)&&setTimeout(()=>e.reexecuteOperation(I(`query`,o,{...o.context,requestPolicy:`network-only`}))))}))},{unreachable:Ii,byCode:Li,ourFault:Ri}=n.problems;function zi(e,t=`query`,n=navigator.onLine){let{extensions:r}=e?.graphQLErrors[0]??{},i=typeof r?.code==`string`?r.code:``;return e?.networkError&&i===``?t===`mutation`?n?Ii.awayChange:Ii.offlineChange:n?Ii.away:Ii.offline:Li[i]??Ri}var Bi=8,Vi=30;function Hi({error:e}){for(let{extensions:t}of e?.graphQLErrors??[])if(t?.code===`RATE_LIMITED`&&typeof t.retryAfter==`number`)return Math.min(Vi,Math.max(1,t.retryAfter));return null}var Ui=({forward:e})=>t=>{let{source:n,next:r}=Ee(),i=new Map,a=new Map,o=e=>{clearTimeout(i.get(e)),i.delete(e),a.delete(e)};return je(e(de([je(t,pe(({kind:e,key:t})=>{e===`teardown`&&o(t)})),n])),N(e=>{let{operation:t}=e,n=Hi(e),o=a.get(t.key)??0;return n===null||o>=Bi?(a.delete(t.key),!0):(a.set(t.key,o+1),i.set(t.key,setTimeout(()=>r(t),n*1e3)),!1)}))},Wi=new Pt(navigator.onLine?`connecting`:`offline`),Gi=`/graphql`,Ki=5e3,qi=kt({url:`${location.protocol===`https:`?`wss`:`ws`}://${location.host}${Gi}`,keepAlive:1e4,retryAttempts:1/0,shouldRetry:()=>!0,retryWait:e=>new Promise(t=>setTimeout(t,Math.min(Ki,300*2**e)*(.7+Math.random()*.3))),on:{connected:()=>{if(!navigator.onLine)return;Wi.set(`live`);let e=Object.values(n.problems.unreachable);Vt(({text:t})=>e.includes(t))},closed:()=>{Wi.set(navigator.onLine?`lost`:`offline`),navigator.onLine&&Ji()}}});window.addEventListener(`offline`,()=>Wi.set(`offline`)),window.addEventListener(`online`,()=>{Wi.set(`lost`),qi.terminate()});async function Ji(){try{await Yi(Gi,{method:`POST`,headers:{"Content-Type":`application/json`},body:JSON.stringify({query:`{ viewer { role } }`})})}catch{}}var Yi=async(e,t)=>{let n=await fetch(e,t);return n.status===401&&Ht.set(`out`),n},Xi=new St({url:Gi,preferGetMethod:!1,fetch:Yi,fetchOptions:{credentials:`same-origin`},exchanges:[xi,Fi,Ui,vt({forwardSubscription:e=>({subscribe:t=>{let n={query:e.query??``,variables:{...e.variables}};return{unsubscribe:qi.subscribe(n,{next:e=>{let r=e.data?.accountChanges?.cursor;r!==void 0&&(n.variables.after=r),t.next(e)},error:e=>t.error(e),complete:()=>t.complete()})}}})}),yt]});async function Zi(e,t,n){let r=await(e===`mutation`?Xi.mutation(t,n):Xi.query(t,n,{requestPolicy:`network-only`})).toPromise();return r.data&&!r.error?{data:r.data,problem:null}:{data:null,problem:zi(r.error,e)}}async function Qi(e,t){try{let{data:n,errors:r=[]}=await(await Yi(Gi,{method:`POST`,headers:{"Content-Type":`application/json`},body:JSON.stringify({query:qe(e),variables:t})})).json();return n&&r.length===0?{data:n,error:null}:{data:null,error:{graphQLErrors:r}}}catch(e){return{data:null,error:{networkError:e instanceof Error?e:Error(String(e)),graphQLErrors:[]}}}}export{Ht as $,ii as A,Vr as B,ti as C,Rr as D,ui as E,qr as F,mi as G,Ur as H,Nr as I,si as J,Gr as K,Fr as L,Zr as M,Hr as N,Ir as O,Qr as P,Gt as Q,pi as R,$r as S,li as T,hi as U,Yr as V,ai as W,Q as X,Pr as Y,Xt as Z,zr as _,Hi as a,It as at,Kr as b,Pi as c,Ft as ct,gi as d,pe as dt,Kt as et,fi as f,Oe as ft,oi as g,_i as h,Qi as i,Vt as it,Xr as j,Lr as k,Jr as l,Xe as lt,ni as m,Wi as n,Ut as nt,zi as o,zt as ot,ri as p,ye as pt,vi as q,Zi as r,Bt as rt,Ni as s,Pt as st,Xi as t,Yt as tt,Br as u,fe as ut,ci as v,Wr as w,ei as x,yi as y,di as z};